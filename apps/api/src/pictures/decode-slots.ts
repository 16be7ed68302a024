import { PicturesBusyError } from '../problems/errors.ts';

/** The bounds of concurrent decodings. Times are real ms. */
export interface DecodeLimits {
  readonly decodings: number;
  readonly waitMs: number;
}

/** Limits how many pictures are decoded at once, since each takes up to 200 MB of memory. */
export interface DecodeSlots {
  /** Runs a decoding when a slot is free. Throws PicturesBusyError when no slot becomes free in time. */
  run<T>(decode: () => Promise<T>): Promise<T>;
}

/** Creates free slots; waiting decodings run in the order of their arrival. */
export function createDecodeSlots({ decodings, waitMs }: DecodeLimits): DecodeSlots {
  let free = decodings;
  const waiting: (() => void)[] = [];
  const release = (): void => {
    const next = waiting.shift();
    if (next) next();
    else free += 1;
  };
  const acquire = (): Promise<void> => {
    if (free > 0) {
      free -= 1;
      return Promise.resolve();
    }
    return new Promise((resolve, reject) => {
      const start = (): void => {
        clearTimeout(timer);
        resolve();
      };
      const timer = setTimeout(() => {
        waiting.splice(waiting.indexOf(start), 1);
        reject(new PicturesBusyError(waitMs));
      }, waitMs);
      waiting.push(start);
    });
  };
  return {
    run: async (decode) => {
      await acquire();
      try {
        return await decode();
      } finally {
        release();
      }
    },
  };
}
