import type { Clock, TrainingConsumer } from '@trainyard/application';

/** How long it takes from the word that something may be taken until it is. */
export interface Turnaround {
  /** The word came: a slot is free, or a training was added. */
  woken(): void;
  /** The line is looked through now; a word that comes meanwhile belongs to the next look. */
  looking(): void;
  /** The line, whose first gift of each look is measured: only that one waited for the word. */
  over(line: Pick<TrainingConsumer, 'take'>): Pick<TrainingConsumer, 'take'>;
}

/** @param told gets each, in real seconds */
export const createTurnaround = (clock: Clock, told: (seconds: number) => void): Turnaround => {
  let wokenAt: number | undefined;
  let since: number | undefined;
  return {
    woken: () => {
      wokenAt ??= clock.monotonic();
    },
    looking: () => {
      since = wokenAt;
      wokenAt = undefined;
    },
    over: (line) => ({
      claim: async () => {
        const taken = await line.claim();
        if (taken && since !== undefined) told(clock.realMs(clock.monotonic() - since) / 1_000);
        since = undefined;
        return taken;
      },
    }),
  };
};
