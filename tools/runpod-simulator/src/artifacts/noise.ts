import { createHash } from 'node:crypto';

/** A source of numbers in [0, 1) that is the same for the same seed. */
export type Noise = (index: number) => number;

/** Noise that depends on a text (a training's id) and an index alone, so that a replay gives the same curve. */
export function createNoise(seed: string): Noise {
  const start = createHash('sha256').update(seed).digest().readUInt32LE(0);
  return (index) => {
    let mixed = (start ^ Math.imul(index + 1, 0x9e3779b1)) >>> 0;
    mixed = Math.imul(mixed ^ (mixed >>> 16), 0x85ebca6b) >>> 0;
    mixed = Math.imul(mixed ^ (mixed >>> 13), 0xc2b2ae35) >>> 0;
    return ((mixed ^ (mixed >>> 16)) >>> 0) / 2 ** 32;
  };
}
