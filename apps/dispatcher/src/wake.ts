import type { Clock, TrainingConsumer } from '@trainyard/application';

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
