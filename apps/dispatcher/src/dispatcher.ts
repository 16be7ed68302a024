import {
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
import { createDispatchLatency, createDueTimer, type SingleFlight, singleFlight } from './wake.ts';

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
