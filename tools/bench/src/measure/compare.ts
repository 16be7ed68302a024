import { type Quantiles, toQuantiles } from './quantiles.ts';

/** A question that is asked of two servers of unlike size. */
export interface Case<Server extends { readonly url: string }> {
  readonly name: string;
  readonly toPath: (server: Server, round: number) => string;
}

const WARM_UP = 200;

/** Asks two servers turn by turn, so that whatever else the machine does meets both alike. */
export async function compareServers<Server extends { readonly url: string }>(
  [few, many]: readonly [Server, Server],
  { toPath }: Case<Server>,
  rounds: number,
): Promise<readonly [Quantiles, Quantiles]> {
  const durations: readonly [number[], number[]] = [[], []];
  for (let round = -WARM_UP; round < rounds; round += 1) {
    const [a, b] = [
      await timeRequest(few.url + toPath(few, Math.abs(round))),
      await timeRequest(many.url + toPath(many, Math.abs(round))),
    ];
    if (round < 0) continue;
    durations[0].push(a);
    durations[1].push(b);
  }
  return [toQuantiles(durations[0]), toQuantiles(durations[1])];
}

async function timeRequest(url: string): Promise<number> {
  const since = performance.now();
  const response = await fetch(url);
  await response.json();
  const took = performance.now() - since;
  if (!response.ok) throw new Error(`${url} was answered with ${response.status}`);
  return took;
}
