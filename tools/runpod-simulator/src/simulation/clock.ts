/** Stops a timer; repeated calls have no effect. */
type Stop = () => void;

/**
 * Unit of times in requests and responses (policy, `wait`, `delayTime`, `executionTime`): `full` as in RunPod's API, or
 * `scaled` for a caller that scales its own times.
 */
export type WireTimes = 'full' | 'scaled';

/**
 * Scales all times of the simulator. A *full* time is a time of RunPod (30 min of retention); a *real* time passes on this
 * machine: full × `timeScale`. The scale can change; the full time that has passed stays.
 */
export interface Clock {
  /** Epoch ms of this machine. */
  now(): number;
  /** Full ms since the start of the clock. */
  fullNow(): number;
  toRealMs(fullMs: number): number;
  /** Converts a duration on the wire to a full duration. */
  fromWireMs(wireMs: number): number;
  /** Converts a full duration to whole ms on the wire. */
  toWireMs(fullMs: number): number;
  /** Calls the action after a full duration. */
  after(fullMs: number, action: () => void): Stop;
  /** Resolves after a full duration. Rejects with the reason of the signal when aborted. */
  sleep(fullMs: number, signal?: AbortSignal): Promise<void>;
  /** Changes the scale from now on, also for the rest of running timers. Throws RangeError for a scale ≤ 0. */
  setTimeScale(timeScale: number): void;
  /** Stops all timers. */
  close(): void;
}

/** Creates a clock with a single factor for all times: a run of 50 min can take 2 s, and all proportions stay. */
export function createClock(initialTimeScale: number, wireTimes: WireTimes): Clock {
  let [timeScale, fullBase, realBase] = [initialTimeScale, 0, performance.now()];
  const fullNow = () => fullBase + (performance.now() - realBase) / timeScale;
  const toRealMs = (fullMs: number) => fullMs * timeScale;
  const timers = createTimers({ fullNow, toRealMs });
  return {
    now: () => Date.now(),
    fullNow,
    toRealMs,
    fromWireMs: (wireMs) => (wireTimes === 'full' ? wireMs : wireMs / timeScale),
    toWireMs: (fullMs) => Math.max(0, Math.round(wireTimes === 'full' ? fullMs : toRealMs(fullMs))),
    after: timers.after,
    sleep: (full, signal) => sleepUnlessAborted(timers.after, full, signal),
    setTimeScale: (scale) => {
      if (!(scale > 0)) throw new RangeError(`timeScale must be above 0, is ${scale}`);
      [timeScale, fullBase, realBase] = [scale, fullNow(), performance.now()];
      timers.rearm();
    },
    close: timers.clear,
  };
}

function createTimers({ fullNow, toRealMs }: Pick<Clock, 'fullNow' | 'toRealMs'>) {
  const timers = new Set<Timer>();
  const arm = (timer: Timer): void => {
    const leftMs = Math.max(0, toRealMs(timer.dueMs - fullNow()));
    clearTimeout(timer.handle);
    // Node rounds a delay down and may fire a timer 1 ms early, which is a second of a run at the scale of the tests.
    timer.handle = setTimeout(
      () => (timer.dueMs > fullNow() ? arm(timer) : ring(timer)),
      Math.min(Math.ceil(leftMs), MAX_TIMER_MS),
    );
  };
  const stop = (timer: Timer): void => {
    clearTimeout(timer.handle);
    timers.delete(timer);
  };
  const ring = (timer: Timer): void => {
    timers.delete(timer);
    timer.action();
  };
  const after: Clock['after'] = (fullMs, action) => {
    const timer: Timer = { dueMs: fullNow() + fullMs, action, handle: undefined };
    timers.add(timer);
    arm(timer);
    return () => stop(timer);
  };
  return { after, rearm: () => timers.forEach(arm), clear: () => timers.forEach(stop) };
}

/** A running timer, due at a full time. */
interface Timer {
  readonly dueMs: number;
  readonly action: () => void;
  handle: NodeJS.Timeout | undefined;
}

/** Longest duration of a timer in Node; a longer timer fires at once. */
const MAX_TIMER_MS = 2 ** 31 - 1;

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
