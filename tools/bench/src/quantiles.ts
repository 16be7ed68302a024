/** Quantiles of a series of durations, in ms. */
export interface Quantiles {
  readonly count: number;
  readonly p50: number;
  readonly p90: number;
  readonly p99: number;
}

/** Computes the quantiles of durations in ms; NaN for an empty series. */
export function toQuantiles(durationsMs: readonly number[]): Quantiles {
  const sorted = [...durationsMs].sort((a, b) => a - b);
  return {
    count: sorted.length,
    p50: quantile(sorted, 0.5),
    p90: quantile(sorted, 0.9),
    p99: quantile(sorted, 0.99),
  };
}

function quantile(sorted: readonly number[], share: number): number {
  return sorted[Math.min(sorted.length - 1, Math.floor(share * sorted.length))] ?? Number.NaN;
}

function formatMs(value: number): string {
  return value.toFixed(1).padStart(9);
}

/** Formats a row of the result table. */
export function formatRow(name: string, { count, p50, p90, p99 }: Quantiles): string {
  return `${name.padEnd(46)}${String(count).padStart(6)}${formatMs(p50)}${formatMs(p90)}${formatMs(p99)}`;
}

/** Heading of the result table. */
export const HEADING = `${'ms'.padEnd(46)}${'n'.padStart(6)}${'p50'.padStart(9)}${'p90'.padStart(9)}${'p99'.padStart(9)}`;

/** A query that is sent to two servers with data of different size. */
export interface Case<Server extends { readonly url: string }> {
  readonly name: string;
  readonly toPath: (server: Server, round: number) => string;
}

const WARM_UP = 200;

/** Sends alternating requests to two servers, so that the load of the machine affects both. Throws when a response fails. */
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
  if (!response.ok) throw new Error(`${url} returned status ${response.status}`);
  return took;
}
