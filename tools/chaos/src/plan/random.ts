import { uniformFloat64 } from 'pure-rand/distribution/uniformFloat64';
import { uniformInt } from 'pure-rand/distribution/uniformInt';
import { xoroshiro128plus } from 'pure-rand/generator/xoroshiro128plus';

/** Pseudo-random numbers that depend only on the seed. */
export interface Random {
  /** A number in [0, 1). */
  fraction(): number;
  /** A whole number in [from, to]. */
  between(from: number, to: number): number;
  /** Throws `RangeError` for an empty list. */
  pick<T>(items: readonly T[]): T;
  shuffled<T>(items: readonly T[]): readonly T[];
}

/** Adjacent seeds produce similar first numbers; this many are discarded. */
const WARM_UP = 16;

/** Creates the generator of a seed. */
export function createRandom(seed: number): Random {
  const generator = xoroshiro128plus(seed);
  for (let n = 0; n < WARM_UP; n += 1) generator.next();
  const between = (from: number, to: number): number =>
    uniformInt(generator, Math.ceil(from), Math.floor(to));
  return {
    fraction: () => uniformFloat64(generator),
    between,
    pick: (items) => {
      const found = items[between(0, items.length - 1)];
      if (found === undefined) throw new RangeError('Cannot pick from an empty list');
      return found;
    },
    shuffled: (items) => {
      const rest = [...items];
      return items.flatMap(() => rest.splice(between(0, rest.length - 1), 1));
    },
  };
}
