import type { Log } from '@trainyard/application';
import { elapsedMs } from './elapsed.ts';

/** Real time as the record's own clock has it. */
export interface StoreClock {
  /** Epoch ms. Until the first reading it is this machine's. */
  now(): number;
  /** Reads the record's clock now, and again and again. Throws what the first reading throws. */
  start(read: () => Promise<number>): Promise<void>;
  /** Reads no more; goes on from the last reading. */
  stop(): void;
}

const READ_EVERY_MS = 10_000;
/** An answer that was on its way for longer tells too little of the moment at which it was given. */
const MAX_ROUND_TRIP_MS = 1_000;
/** A machine whose clock is this wrong is worth a word to its operator. */
const SKEW_WARNING_MS = 60_000;

/** How often the first reading is repeated when it was slow. */
const FIRST_READINGS = 3;

interface Reading {
  readonly at: number;
  /** Monotonic, halfway between question and answer. */
  readonly readAt: number;
}

/**
 * One clock for all processes: the record's, carried on from reading to reading by a clock that nobody can set. A
 * machine whose own clock jumps, or was never right, gives up, doubts and stops nothing for it (I1, I8).
 */
export function createStoreClock(log: Log): StoreClock {
  let last: Reading | undefined;
  let timer: NodeJS.Timeout | undefined;
  let warned = false;
  const warnOnSkew = (at: number): void => {
    const differsMs = Date.now() - at;
    const differs = Math.abs(differsMs) > SKEW_WARNING_MS;
    if (differs && !warned) log.warn('clock_skew', { by_ms: Math.round(differsMs) });
    warned = differs;
  };
  /** @returns whether it was quick enough to be believed */
  const readOnce = async (read: () => Promise<number>, acceptSlow = false): Promise<boolean> => {
    const askedAt = elapsedMs();
    const at = await read();
    const tookMs = elapsedMs() - askedAt;
    const isQuick = tookMs <= MAX_ROUND_TRIP_MS;
    if (isQuick || acceptSlow) {
      last = { at, readAt: askedAt + tookMs / 2 };
      warnOnSkew(at);
    }
    return isQuick;
  };
  return {
    now: () => (last ? last.at + elapsedMs() - last.readAt : Date.now()),
    start: async (read) => {
      let quick = false;
      for (let tries = 0; tries < FIRST_READINGS && !quick; tries += 1) quick = await readOnce(read, true);
      timer = setInterval(() => void readOnce(read).catch(() => undefined), READ_EVERY_MS).unref();
    },
    stop: () => clearInterval(timer),
  };
}
