import {
  type Deps,
  type DispatchControl,
  dispatch,
  sweepActive,
  type Taken,
  type TrainingLine,
} from '@trainyard/application';
import type { QueueOnRedis } from '@trainyard/queue';

/** Everything the dispatcher works with. */
export interface DispatcherOptions {
  readonly deps: Deps;
  readonly redis: Pick<QueueOnRedis, 'openLine' | 'assertBound'>;
}

/** A dispatcher at work. */
export interface Dispatcher {
  /** Takes nothing more and waits for what is under way. */
  close(): Promise<void>;
}

/** How often the active jobs are swept, and the line is looked at even if no event came. Real ms. */
const SWEEP_EVERY_MS = 3_000;
const TICK_MS = 1_000;

const isOpen = ({ paused, gate }: DispatchControl): boolean => !paused && gate === undefined;

/** Runs one task after another; while it runs, any number of wishes to run it again become one. */
const coalesced = (task: () => Promise<void>, onError: (error: unknown) => void) => {
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
};

/**
 * Worker 1: takes a training when a slot is free, builds its workflow and submits it. Woken by events; a tick and the
 * sweep make sure that a lost event costs a second, not a night.
 */
export const startDispatcher = async ({ deps, redis }: DispatcherOptions): Promise<Dispatcher> => {
  const { log } = deps;
  const underWay = new Set<Promise<unknown>>();
  let closing = false;
  let due: NodeJS.Timeout | undefined;
  const onError = (error: unknown): void => log.error('dispatcher_fault', { error });

  const begin = (taken: Taken): void => {
    const work = dispatch(deps, taken)
      .then((done) =>
        log.info('dispatched', {
          training_id: taken.trainingId,
          outcome: done.kind,
          ...('reason' in done && { reason: done.reason }),
        }),
      )
      .catch(onError)
      .finally(() => underWay.delete(work));
    underWay.add(work);
  };
  const wakeWhenDue = async (): Promise<void> => {
    const nextMs = await line.nextDueMs();
    clearTimeout(due);
    if (nextMs !== undefined && nextMs < TICK_MS && !closing) due = setTimeout(wake, nextMs + 1);
  };
  const fetch = async (): Promise<void> => {
    while (!closing && isOpen(await deps.store.control())) {
      const taken = await line.take();
      if (!taken) break;
      begin(taken);
    }
    await wakeWhenDue();
  };
  const sweep = async (): Promise<void> => {
    if (closing) return;
    await redis.assertBound();
    await sweepActive({ ...deps, line }, isOpen(await deps.store.control()));
  };
  const fetching = coalesced(fetch, onError);
  const sweeping = coalesced(sweep, onError);
  const wake = (): void => void (closing || fetching.run());

  const line: TrainingLine = await redis.openLine(wake);
  const timers = [setInterval(wake, TICK_MS), setInterval(() => void sweeping.run(), SWEEP_EVERY_MS)];
  void sweeping.run();
  wake();
  return {
    close: async () => {
      closing = true;
      for (const timer of timers) clearInterval(timer);
      clearTimeout(due);
      await Promise.all([fetching.idle(), sweeping.idle()]);
      clearTimeout(due);
      await Promise.all(underWay);
      await line.close();
    },
  };
};
