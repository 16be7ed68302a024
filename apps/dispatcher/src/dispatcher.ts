import {
  type Deps,
  POST_TIMEOUT_MS,
  rescueOrphanedJobs,
  type TrainingConsumer,
} from '@trainyard/application';
import type { RedisBackend } from '@trainyard/redis';
import { createDispatchGuard, type DispatchGuard } from './dispatch-guard.ts';
import { createDispatchLatency } from './dispatch-latency.ts';
import { createDispatchLoop, type DispatchLoop } from './dispatch-loop.ts';
import { type SingleFlight, singleFlight } from './single-flight.ts';

/** Everything the dispatcher works with. */
export interface DispatcherOptions {
  readonly deps: Deps;
  readonly redis: Pick<RedisBackend, 'openConsumer' | 'assertConcurrencyLimit'>;
  /** Learns how long each first training of a look was waited for. */
  readonly metrics?: { readonly dispatchLatencySeconds: { observe(seconds: number): void } };
}

/** A dispatcher at work. */
export interface Dispatcher {
  /** Takes nothing more and waits for what is under way. */
  close(): Promise<void>;
}

/** How often the active jobs are swept, and the line is looked at even if no event came. */
const RESCUE_EVERY_MS = 3_000;
const TICK_MS = 1_000;
/** Neither is done more often than this, however time is scaled. Real ms. */
const MIN_INTERVAL_MS = 250;
/** How long closing waits for an answer of the provider and its save: a little more than the call may take. Real ms. */
const CLOSE_TIMEOUT_MS = POST_TIMEOUT_MS + 5_000;

/**
 * Worker 1: takes a training when a slot is free, builds its workflow and submits it. Woken by events; a tick and the
 * sweep make sure that a lost event costs a second, not a night.
 */
export async function startDispatcher(options: DispatcherOptions): Promise<Dispatcher> {
  const { deps, redis } = options;
  const onError = (error: unknown): void => deps.log.error('dispatcher_error', { error });
  const guard = createDispatchGuard(deps);
  let closing = false;
  // The line may tell of something before it is open.
  let dispatching: SingleFlight | undefined;
  const dispatchLatency = createDispatchLatency(deps.clock, (seconds) =>
    options.metrics?.dispatchLatencySeconds.observe(seconds),
  );
  const wake = (): void => {
    dispatchLatency.markWoken();
    if (!closing) void dispatching?.run();
  };
  const consumer = await redis.openConsumer(wake);
  const dueTimer = createDueTimer(consumer, wake);
  const dispatchLoop: DispatchLoop = createDispatchLoop({
    deps,
    consumer: dispatchLatency.measure(consumer),
    onError,
    canDispatch: async () => !closing && guard.canDispatch(),
  });
  dispatching = singleFlight(async () => {
    dispatchLatency.startRun();
    const isDrained = await dispatchLoop.run();
    if (isDrained && !closing) await dueTimer.set();
  }, onError);
  const rescuing = singleFlight(
    createRescue(options, { consumer, guard, adopt: dispatchLoop.adopt }),
    onError,
  );
  const toInterval = (everyMs: number): number => Math.max(MIN_INTERVAL_MS, deps.clock.realMs(everyMs));
  const timers = [
    setInterval(wake, toInterval(TICK_MS)),
    setInterval(() => void rescuing.run(), toInterval(RESCUE_EVERY_MS)),
  ];
  void rescuing.run().then(wake);
  return {
    close: async () => {
      closing = true;
      dispatchLoop.stop();
      for (const timer of timers) clearInterval(timer);
      await Promise.all([dispatching?.idle(), rescuing.idle()]);
      dueTimer.clear();
      await dispatchLoop.drain(CLOSE_TIMEOUT_MS);
      await consumer.close();
    },
  };
}

/** A timer for the moment at which the next delayed training is due: nothing but a fetch promotes it. */
function createDueTimer(consumer: Pick<TrainingConsumer, 'nextDueMs'>, wake: () => void) {
  let timer: NodeJS.Timeout | undefined;
  const clear = (): void => clearTimeout(timer);
  return {
    clear,
    set: async (): Promise<void> => {
      const nextMs = await consumer.nextDueMs();
      clear();
      if (nextMs !== undefined && nextMs < TICK_MS) timer = setTimeout(wake, nextMs + 1);
    },
  };
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
