import type { Clock, TrainingConsumer } from '@trainyard/application';

/** How long it takes from the word that something may be taken until it is. */
export interface DispatchLatency {
  /** The word came: a slot is free, or a training was added. */
  markWoken(): void;
  /** The line is looked through now; a word that comes meanwhile belongs to the next look. */
  startRun(): void;
  /** The line, whose first gift of each look is measured: only that one waited for the word. */
  measure(line: Pick<TrainingConsumer, 'take'>): Pick<TrainingConsumer, 'take'>;
}

/** @param told gets each, in real seconds */
export const createDispatchLatency = (clock: Clock, told: (seconds: number) => void): DispatchLatency => {
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
    measure: (line) => ({
      claim: async () => {
        const taken = await line.claim();
        if (taken && since !== undefined) told(clock.realMs(clock.monotonic() - since) / 1_000);
        since = undefined;
        return taken;
      },
    }),
  };
};
