import { uptime } from 'node:os';

/** Where the time comes from. */
interface Sources {
  /** Ms; stands still while the machine sleeps. */
  readonly monotonic: () => number;
  /** Since the machine was started, with what it slept. Seconds, coarse. */
  readonly uptime: () => number;
}

/** What the uptime may be coarse by. */
const UPTIME_RESOLUTION_MS = 1_000;
/** It is asked for no more often. */
const READ_EVERY_MS = 100;

/** A clock that nobody can set and that goes on while the machine sleeps. @returns reads it; ms, only differences mean anything */
export function createElapsedClock(sources: Sources): () => number {
  const startedMs = sources.uptime() * 1_000 - sources.monotonic();
  let readAt = Number.NEGATIVE_INFINITY;
  let sleptMs = 0;
  return () => {
    const now = sources.monotonic();
    if (now - readAt > READ_EVERY_MS) {
      readAt = now;
      sleptMs = Math.max(sleptMs, sources.uptime() * 1_000 - startedMs - now - UPTIME_RESOLUTION_MS);
    }
    return now + sleptMs;
  };
}

/** Of this process. */
export const elapsedMs = createElapsedClock({ monotonic: () => performance.now(), uptime });
