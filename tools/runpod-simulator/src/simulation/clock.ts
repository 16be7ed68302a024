/** Stops a timer. Stopping twice is no fault. */
type Stop = () => void;

/**
 * How times on the wire (policy, `wait`, `delayTime`, `executionTime`) are meant: `full` as on RunPod, scaled inside; or
 * `scaled` already by the caller, whose own times are scaled too (the chaos runner).
 */
export type WireTimes = 'full' | 'scaled';

/**
 * The one place where time is scaled. A *full* time is RunPod's own (30 min of retention); a *real* time is what passes
 * on this machine: full × `timeScale`.
 */
export interface Clock {
  /** Real ms since 1970. */
  now(): number;
  toRealMs(fullMs: number): number;
  /** The full time that a real span stands for. */
  toFullMs(realMs: number): number;
  /** The full time that a time on the wire means. */
  fromWireMs(wireMs: number): number;
  /** A real span as it is told on the wire, in whole ms. */
  toWireMs(realMs: number): number;
  after(fullMs: number, action: () => void): Stop;
  /** Resolves after that full time; rejects with the signal's reason when aborted. */
  sleep(fullMs: number, signal?: AbortSignal): Promise<void>;
  /** Stops every timer that still runs. */
  close(): void;
}

/** A clock that scales every time by one factor, so that a 50-minute run can take 2 s with all proportions kept. */
export function createClock(timeScale: number, wireTimes: WireTimes): Clock {
  const timers = new Set<NodeJS.Timeout>();
  const toRealMs = (fullMs: number) => fullMs * timeScale;
  const toFullMs = (real: number) => real / timeScale;
  const after = (full: number, action: () => void) => startTimer(timers, toRealMs(full), action);
  return {
    now: () => Date.now(),
    toRealMs,
    toFullMs,
    fromWireMs: (wireMs) => (wireTimes === 'full' ? wireMs : toFullMs(wireMs)),
    toWireMs: (real) => Math.max(0, Math.round(wireTimes === 'full' ? toFullMs(real) : real)),
    after,
    sleep: (full, signal) => sleepUnlessAborted(after, full, signal),
    close: () => {
      for (const timer of timers) clearTimeout(timer);
      timers.clear();
    },
  };
}

/** Node fires a timer at once when it is set further than this. */
const MAX_TIMER_MS = 2 ** 31 - 1;

function startTimer(timers: Set<NodeJS.Timeout>, realMs: number, action: () => void): Stop {
  let timer: NodeJS.Timeout;
  const arm = (leftMs: number): void => {
    const nextMs = Math.min(leftMs, MAX_TIMER_MS);
    timer = setTimeout(() => {
      timers.delete(timer);
      if (leftMs > nextMs) arm(leftMs - nextMs);
      else action();
    }, nextMs);
    timers.add(timer);
  };
  arm(realMs);
  return () => {
    clearTimeout(timer);
    timers.delete(timer);
  };
}

function sleepUnlessAborted(after: Clock['after'], fullMs: number, signal?: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    if (signal?.aborted) return reject(signal.reason);
    const onAbort = () => {
      stop();
      reject(signal?.reason);
    };
    const stop = after(fullMs, () => {
      signal?.removeEventListener('abort', onAbort);
      resolve();
    });
    signal?.addEventListener('abort', onAbort, { once: true });
  });
}
