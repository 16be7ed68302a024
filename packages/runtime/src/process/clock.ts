import type { Clock } from '@trainyard/application';
import { elapsedMs } from './elapsed.ts';

export interface ClockOptions {
  /** How many times faster than the wall this clock runs; 1 unless told. */
  readonly factor?: number;
  /** Epoch ms at which both agree; processes that share a record share it. Needed unless the factor is 1. */
  readonly anchorMs?: number;
  /** Real time, epoch ms; this machine's unless told. */
  readonly realNow?: () => number;
}

/** The product's clock (DESIGN §8): now = anchor + (real − anchor) × factor, and every wait is that much shorter. */
export function createClock({ factor = 1, anchorMs = 0, realNow = Date.now }: ClockOptions = {}): Clock {
  const fromReal = (epochMs: number): number => anchorMs + (epochMs - anchorMs) * factor;
  return {
    now: () => Math.floor(fromReal(realNow())),
    monotonic: () => elapsedMs() * factor,
    realMs: (durationMs) => durationMs / factor,
    fromReal,
  };
}
