import {
  type Clock,
  type Deps,
  POST_TIMEOUT_MS,
  rescueOrphanedJobs,
  type TrainingConsumer,
} from '@trainyard/application';
import type { RedisBackend } from '@trainyard/redis';
import {
  createDispatchGuard,
  createDispatchLoop,
  type DispatchGuard,
  type DispatchLoop,
} from './dispatch-loop.ts';

/** The ports of a dispatcher. */
export interface DispatcherOptions {
  readonly deps: Deps;
  readonly redis: Pick<RedisBackend, 'openConsumer' | 'assertConcurrencyLimit'>;
  /** Receives the dispatch latency of the first training of each run, in real seconds. */
  readonly metrics?: { readonly dispatchLatencySeconds: { observe(seconds: number): void } };
}

/** A running dispatcher. */
export interface Dispatcher {
  /** Stops claiming and resolves when no dispatch is in flight, at most 35 s later. */
  close(): Promise<void>;
}

/** The interval of the rescue of orphaned jobs. Scaled with the clock. */
const RESCUE_EVERY_MS = 3_000;
/** The interval of the wake-up without an event: a lost event delays a training by 1 s at most. Scaled with the clock. */
const TICK_MS = 1_000;
/** The minimum of both intervals in real ms. */
const MIN_INTERVAL_MS = 250;
/** The limit of a close in real ms: the timeout of a call to the provider, and 5 s to save its result. */
const CLOSE_TIMEOUT_MS = POST_TIMEOUT_MS + 5_000;

/**
 * Starts worker 1. It claims a training when a slot is free, builds its workflow and submits it to RunPod. It is woken
 * by queue events, a tick of 1 s and the due time of the next delayed training, and rescues orphaned jobs every 3 s.
 */
export async function startDispatcher(options: DispatcherOptions): Promise<Dispatcher> {
  const { deps, redis } = options;
  const onError = (error: unknown): void => deps.log.error('dispatcher_error', { error });
  const guard = createDispatchGuard(deps);
  let closing = false;
  // Undefined until the consumer is open, which may emit a wake-up earlier.
  let dispatching: SingleFlight | undefined;
  const latency = createDispatchLatency(deps.clock, options.metrics?.dispatchLatencySeconds);
  const wake = (): void => {
    latency.markWoken();
    if (!closing) void dispatching?.run();
  };
  const consumer = await redis.openConsumer(wake);
  const dueTimer = createDueTimer(consumer, TICK_MS, wake);
  const loop = createDispatchLoop({
    deps,
    consumer: latency.measure(consumer),
    onError,
    canDispatch: async () => !closing && guard.canDispatch(),
  });
  dispatching = singleFlight(async () => {
    latency.startRun();
    if (await loop.run()) await dueTimer.set();
  }, onError);
  const rescuing = singleFlight(createRescue(options, { consumer, guard, adopt: loop.adopt }), onError);
  const timers = [repeatEvery(deps, TICK_MS, wake), repeatEvery(deps, RESCUE_EVERY_MS, rescuing.run)];
  void rescuing.run().then(wake);
  return {
    close: async () => {
      closing = true;
      loop.stop();
      for (const timer of timers) clearInterval(timer);
      await Promise.all([dispatching?.idle(), rescuing.idle()]);
      dueTimer.clear();
      await loop.drain(CLOSE_TIMEOUT_MS);
      await consumer.close();
    },
  };
}

/** Starts a timer. `everyMs` is scaled with the clock, down to 250 real ms. */
function repeatEvery({ clock }: Pick<Deps, 'clock'>, everyMs: number, run: () => unknown): NodeJS.Timeout {
  return setInterval(run, Math.max(MIN_INTERVAL_MS, clock.realMs(everyMs)));
}

interface RescueOptions {
  readonly consumer: TrainingConsumer;
  readonly guard: DispatchGuard;
  readonly adopt: DispatchLoop['adopt'];
}

function createRescue({ deps, redis }: DispatcherOptions, { consumer, guard, adopt }: RescueOptions) {
  return async (): Promise<void> => {
    await guard.verifyEpoch();
    await redis.assertConcurrencyLimit();
    await rescueOrphanedJobs({ ...deps, consumer, adopt }, await guard.canDispatch());
  };
}

/** A task that never runs twice at the same time. */
export interface SingleFlight {
  /** Starts the task. All calls during a run cause a single further run. */
  run(): Promise<void>;
  /** Resolves at the end of the current run. */
  idle(): Promise<void>;
}

/** Limits `task` to a single run at a time. An error of the task goes to `onError`. */
export function singleFlight(task: () => Promise<void>, onError: (error: unknown) => void): SingleFlight {
  let running: Promise<void> | undefined;
  let again = false;
  const run = (): Promise<void> => {
    again = running !== undefined;
    running ??= task()
      .catch(onError)
      .finally(() => {
        running = undefined;
        if (again) void run();
      });
    return running;
  };
  return { run, idle: async () => running };
}

/** A timer for the due time of the next delayed training. */
export interface DueTimer {
  /** Reads the due time again and sets the timer. */
  set(): Promise<void>;
  /** Cancels the timer. */
  clear(): void;
}

/**
 * Creates a timer that wakes the dispatcher 1 ms after the next delayed training is due, since only a claim promotes a
 * delayed job. A due time further ahead than `tickMs` is left to the tick.
 */
export function createDueTimer(
  consumer: Pick<TrainingConsumer, 'nextDueMs'>,
  tickMs: number,
  wake: () => void,
): DueTimer {
  let timer: NodeJS.Timeout | undefined;
  const clear = (): void => clearTimeout(timer);
  return {
    clear,
    set: async () => {
      const nextMs = await consumer.nextDueMs();
      clear();
      if (nextMs !== undefined && nextMs < tickMs) timer = setTimeout(wake, nextMs + 1);
    },
  };
}

/** The dispatch latency: from the wake-up of a dispatcher to its first claim. */
export interface DispatchLatency {
  /** Marks a wake-up: a slot may be free or a training may be queued. The earliest mark since the last run counts. */
  markWoken(): void;
  /** Marks the start of a run of the loop. A later wake-up belongs to the next run. */
  startRun(): void;
  /** Wraps `claim` and measures the first claimed job of each run, since only that job waited for the wake-up. */
  measure(consumer: Pick<TrainingConsumer, 'claim'>): Pick<TrainingConsumer, 'claim'>;
}

/** Creates the measurement. @param histogram receives each latency in real seconds */
export function createDispatchLatency(
  clock: Clock,
  histogram?: { observe(seconds: number): void },
): DispatchLatency {
  let wokenAt: number | undefined;
  let since: number | undefined;
  return {
    markWoken: () => {
      wokenAt ??= clock.monotonic();
    },
    startRun: () => {
      since = wokenAt;
      wokenAt = undefined;
    },
    measure: (consumer) => ({
      claim: async () => {
        const job = await consumer.claim();
        if (job && since !== undefined) histogram?.observe(clock.realMs(clock.monotonic() - since) / 1_000);
        since = undefined;
        return job;
      },
    }),
  };
}
