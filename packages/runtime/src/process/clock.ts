import { uptime } from 'node:os';
import type { Clock, Log } from '@trainyard/application';

/** The scale of a clock and the source of real time. */
export interface ClockOptions {
  /** Factor by which the clock runs faster than real time; 1 by default. */
  readonly factor?: number;
  /** Epoch ms at which both times agree, the same for all processes of a state store. Required for a factor other than 1. */
  readonly anchorMs?: number;
  /** Real time, epoch ms; that of this machine by default. */
  readonly realNow?: () => number;
}

/**
 * Creates the clock of a process: now = anchor + (real − anchor) × factor. Real waits are shorter by the factor, so that
 * all durations keep their proportions (docs/concepts/time.md).
 */
export function createClock({ factor = 1, anchorMs = 0, realNow = Date.now }: ClockOptions = {}): Clock {
  const fromReal = (epochMs: number): number => anchorMs + (epochMs - anchorMs) * factor;
  return {
    now: () => Math.floor(fromReal(realNow())),
    monotonic: () => elapsedMs() * factor,
    realMs: (durationMs) => durationMs / factor,
    fromReal,
  };
}

/** The sources of elapsed time. */
interface ElapsedSources {
  /** Ms; does not advance while the machine is suspended. */
  readonly monotonic: () => number;
  /** Seconds since the start of the machine, suspension included; coarse. */
  readonly uptime: () => number;
}

const UPTIME_RESOLUTION_MS = 1_000;
/** The shortest interval between two reads of the uptime. */
const UPTIME_READ_EVERY_MS = 100;

/**
 * Creates a clock that no change of the system time affects and that advances while the machine is suspended. The
 * returned function reads it in ms; only differences are meaningful, exact to 1 to 2 s after a suspension.
 */
export function createElapsedClock(sources: ElapsedSources): () => number {
  const startedMs = sources.uptime() * 1_000 - sources.monotonic();
  let readAt = Number.NEGATIVE_INFINITY;
  let suspendedMs = 0;
  return () => {
    const now = sources.monotonic();
    if (now - readAt > UPTIME_READ_EVERY_MS) {
      readAt = now;
      suspendedMs = Math.max(suspendedMs, sources.uptime() * 1_000 - startedMs - now - UPTIME_RESOLUTION_MS);
    }
    return now + suspendedMs;
  };
}

/** The elapsed time of this process, ms. */
const elapsedMs = createElapsedClock({ monotonic: () => performance.now(), uptime });

/** Real time by the clock of Redis, so that all processes agree. */
export interface StoreClock {
  /** Epoch ms; the time of this machine until the first reading. */
  now(): number;
  /** Reads the clock of Redis now and every 10 s. Throws the error of the first reading. */
  start(read: () => Promise<number>): Promise<void>;
  /** Stops reading; `now` continues from the last reading. */
  stop(): void;
}

const READ_EVERY_MS = 10_000;
/** A reading that took longer is too inexact and is ignored. */
const MAX_ROUND_TRIP_MS = 1_000;
/** A larger difference between this machine and Redis is logged as `clock_skew`. */
const SKEW_WARNING_MS = 60_000;
/** The number of tries of the first reading when it is slow. */
const FIRST_READINGS = 3;

interface Reading {
  readonly at: number;
  /** Elapsed time halfway between request and reply. */
  readonly readAt: number;
}

/**
 * Creates the clock of all processes: the time of Redis, advanced between two readings by elapsed time. A wrong or jumping
 * clock of this machine therefore expires no attempt (I1, I8; docs/adr/0014-redis-time-as-the-only-clock.md).
 */
export function createStoreClock(log: Log): StoreClock {
  const warnOnSkew = createSkewWarning(log);
  let last: Reading | undefined;
  let timer: NodeJS.Timeout | undefined;
  /** @returns whether the reading was fast enough */
  const readOnce = async (read: () => Promise<number>, acceptSlow = false): Promise<boolean> => {
    const askedAt = elapsedMs();
    const at = await read();
    const tookMs = elapsedMs() - askedAt;
    const isFast = tookMs <= MAX_ROUND_TRIP_MS;
    if (isFast || acceptSlow) {
      last = { at, readAt: askedAt + tookMs / 2 };
      warnOnSkew(at);
    }
    return isFast;
  };
  return {
    now: () => (last ? last.at + elapsedMs() - last.readAt : Date.now()),
    start: async (read) => {
      let isFast = false;
      for (let tries = 0; tries < FIRST_READINGS && !isFast; tries += 1) isFast = await readOnce(read, true);
      timer = setInterval(() => void readOnce(read).catch(() => undefined), READ_EVERY_MS).unref();
    },
    stop: () => clearInterval(timer),
  };
}

/** Logs once when the clock of this machine differs from that of Redis, and again after both had agreed. */
function createSkewWarning(log: Log): (storeTime: number) => void {
  let warned = false;
  return (storeTime) => {
    const differenceMs = Date.now() - storeTime;
    const differs = Math.abs(differenceMs) > SKEW_WARNING_MS;
    if (differs && !warned) log.warn('clock_skew', { by_ms: Math.round(differenceMs) });
    warned = differs;
  };
}
