import type { Clock, TrainingConsumer } from '@trainyard/application';

/** How long it takes from the word that something may be taken until it is. */
export interface DispatchLatency {
  /** The word came: a slot is free, or a training was added. */
  markWoken(): void;
  /** The line is looked through now; a word that comes meanwhile belongs to the next look. */
  startRun(): void;
  /** The line, whose first gift of each look is measured: only that one waited for the word. */
  measure(consumer: Pick<TrainingConsumer, 'claim'>): Pick<TrainingConsumer, 'claim'>;
}

/** @param observe gets each, in real seconds */
export function createDispatchLatency(clock: Clock, observe: (seconds: number) => void): DispatchLatency {
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
        if (job && since !== undefined) observe(clock.realMs(clock.monotonic() - since) / 1_000);
        since = undefined;
        return job;
      },
    }),
  };
}
