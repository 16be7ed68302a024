import { type Deps, POST_TIMEOUT_MS, rescueOrphanedJobs, type TrainingConsumer } from '@trainyard/application';
import type { QueueOnRedis } from '@trainyard/redis';
import { type Coalesced, coalesced } from './coalesced.ts';
import { createPermission, type Permission } from './permission.ts';
import { createTaking, type Taking } from './taking.ts';
import { createTurnaround } from './turnaround.ts';

/** Everything the dispatcher works with. */
export interface DispatcherOptions {
  readonly deps: Deps;
  readonly redis: Pick<QueueOnRedis, 'openLine' | 'assertBound'>;
  /** Learns how long each first training of a look was waited for. */
  readonly metrics?: { readonly takeSeconds: { observe(seconds: number): void } };
}

/** A dispatcher at work. */
export interface Dispatcher {
  /** Takes nothing more and waits for what is under way. */
  close(): Promise<void>;
}

/** How often the active jobs are swept, and the line is looked at even if no event came. */
const SWEEP_EVERY_MS = 3_000;
const TICK_MS = 1_000;
/** Neither is done more often than this, however time is scaled. Real ms. */
const SHORTEST_TURN_MS = 250;
/** How long closing waits for an answer of the provider and its save: a little more than the call may take. Real ms. */
const CLOSE_WITHIN_MS = POST_TIMEOUT_MS + 5_000;

/** A timer for the moment at which the next delayed training is due: nothing but a fetch promotes it. */
const createAlarm = (line: Pick<TrainingConsumer, 'nextDueMs'>, wake: () => void) => {
  let timer: NodeJS.Timeout | undefined;
  const off = (): void => clearTimeout(timer);
  return {
    off,
    set: async (): Promise<void> => {
      const nextMs = await line.nextDueMs();
      off();
      if (nextMs !== undefined && nextMs < TICK_MS) timer = setTimeout(wake, nextMs + 1);
    },
  };
};

interface Sweeping {
  readonly line: TrainingConsumer;
  readonly permission: Permission;
  readonly adopt: Taking['adopt'];
}

const sweepWith =
  ({ deps, redis }: DispatcherOptions, { line: consumer, permission, adopt }: Sweeping) =>
  async (): Promise<void> => {
    await permission.compare();
    await redis.assertBound();
    await rescueOrphanedJobs({ ...deps, consumer, adopt }, await permission.given());
  };

/**
 * Worker 1: takes a training when a slot is free, builds its workflow and submits it. Woken by events; a tick and the
 * sweep make sure that a lost event costs a second, not a night.
 */
export const startDispatcher = async (options: DispatcherOptions): Promise<Dispatcher> => {
  const { deps, redis } = options;
  const onError = (error: unknown): void => deps.log.error('dispatcher_fault', { error });
  const permission = createPermission(deps);
  let closing = false;
  // The line may tell of something before it is open.
  let fetching: Coalesced | undefined;
  const turnaround = createTurnaround(deps.clock, (seconds) => options.metrics?.takeSeconds.observe(seconds));
  const wake = (): void => {
    turnaround.woken();
    if (!closing) void fetching?.run();
  };
  const line = await redis.openLine(wake);
  const alarm = createAlarm(line, wake);
  const taking: Taking = createTaking({
    deps,
    line: turnaround.over(line),
    onError,
    mayTake: async () => !closing && permission.given(),
  });
  fetching = coalesced(async () => {
    turnaround.looking();
    const askAgain = await taking.takeAll();
    if (askAgain && !closing) await alarm.set();
  }, onError);
  const sweeping = coalesced(sweepWith(options, { line, permission, adopt: taking.adopt }), onError);
  const turn = (everyMs: number): number => Math.max(SHORTEST_TURN_MS, deps.clock.realMs(everyMs));
  const timers = [
    setInterval(wake, turn(TICK_MS)),
    setInterval(() => void sweeping.run(), turn(SWEEP_EVERY_MS)),
  ];
  void sweeping.run().then(wake);
  return {
    close: async () => {
      closing = true;
      taking.leave();
      for (const timer of timers) clearInterval(timer);
      await Promise.all([fetching?.idle(), sweeping.idle()]);
      alarm.off();
      await taking.done(CLOSE_WITHIN_MS);
      await line.close();
    },
  };
};
