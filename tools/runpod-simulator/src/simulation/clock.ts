/** Stops a timer; repeated calls have no effect. */
type Stop = () => void;

/**
 * Unit of times in requests and responses (policy, `wait`, `delayTime`, `executionTime`): `full` as in RunPod's API, or
 * `scaled` for a caller that scales its own times.
 */
export type WireTimes = 'full' | 'scaled';

/**
 * Scales all times of the simulator. A *full* time is a time of RunPod (30 min of retention); a *real* time passes on this
 * machine: full × `timeScale`.
 */
export interface Clock {
  /** Epoch ms of this machine. */
  now(): number;
  toRealMs(fullMs: number): number;
  /** Converts a real duration to a full duration. */
  toFullMs(realMs: number): number;
  /** Converts a duration on the wire to a full duration. */
  fromWireMs(wireMs: number): number;
  /** Converts a real duration to whole ms on the wire. */
  toWireMs(realMs: number): number;
  /** Calls the action after a full duration. */
  after(fullMs: number, action: () => void): Stop;
  /** Resolves after a full duration. Rejects with the reason of the signal when aborted. */
  sleep(fullMs: number, signal?: AbortSignal): Promise<void>;
  /** Stops all timers. */
  close(): void;
}

/** Creates a clock with a single factor for all times: a run of 50 min can take 2 s, and all proportions stay. */
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

/** Longest duration of a timer in Node; a longer timer fires at once. */
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
