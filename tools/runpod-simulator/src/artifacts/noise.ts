import { createHash } from 'node:crypto';

/** Returns a number in [0, 1) for an index; the same seed gives the same numbers. */
export type Noise = (index: number) => number;

/** Creates noise that depends only on the seed (the id of a training) and the index, so that a replay draws the same curve. */
export function createNoise(seed: string): Noise {
  const start = createHash('sha256').update(seed).digest().readUInt32LE(0);
  return (index) => {
    let mixed = (start ^ Math.imul(index + 1, 0x9e3779b1)) >>> 0;
    mixed = Math.imul(mixed ^ (mixed >>> 16), 0x85ebca6b) >>> 0;
    mixed = Math.imul(mixed ^ (mixed >>> 13), 0xc2b2ae35) >>> 0;
    return ((mixed ^ (mixed >>> 16)) >>> 0) / 2 ** 32;
  };
}
