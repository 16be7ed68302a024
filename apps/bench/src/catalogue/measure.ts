import { type Figures, figuresOf } from '../figures.ts';
import type { Library } from './library.ts';

/** A question that is asked of each library. */
export interface Case {
  readonly name: string;
  readonly queryOf: (library: Library, round: number) => string;
}

const WARM_UP = 200;

const ask = async (library: Library, query: string): Promise<number> => {
  const since = performance.now();
  const response = await fetch(`${library.url}/api/actors?${query}`);
  const answer = (await response.json()) as { actors?: readonly unknown[] };
  if (!answer.actors) throw new Error(`${query} was answered with ${response.status}`);
  return performance.now() - since;
};

/** Asks two libraries turn by turn, so that whatever else the machine does meets both alike. */
export const measureTogether = async (
  [few, many]: readonly [Library, Library],
  { queryOf }: Case,
  rounds: number,
): Promise<readonly [Figures, Figures]> => {
  const durations: readonly [number[], number[]] = [[], []];
  for (let round = -WARM_UP; round < rounds; round += 1) {
    const [a, b] = [
      await ask(few, queryOf(few, Math.abs(round))),
      await ask(many, queryOf(many, Math.abs(round))),
    ];
    if (round < 0) continue;
    durations[0].push(a);
    durations[1].push(b);
  }
  return [figuresOf(durations[0]), figuresOf(durations[1])];
};
