import type { Obligation, Training } from '@trainyard/domain';
import type { Deps } from '../deps.ts';
import { ANNOUNCE } from '../ports/notifications.ts';
import type { JobResult } from '../ports/training-queue.ts';
import { nextLookMs } from './timeouts.ts';

export type PerformDeps = Pick<Deps, 'queue' | 'errands' | 'messageErrands' | 'clock' | 'log' | 'settings'>;

/** How a training reads on Bull Board. */
export const jobNameOf = (training: Training): string =>
  `${training.request.subject.kind} ${training.request.subject.id}`;

/** What Bull Board shows once the run has ended. */
export const resultOf = (training: Training): JobResult => ({
  status: training.status,
  ...(training.status === 'completed' && { model: training.model.loraUrl }),
  ...('failure' in training && { failure: training.failure.message }),
});

const beQueued = (
  deps: PerformDeps,
  training: Training,
  { priority, notBefore, lockToken }: Extract<Obligation, { kind: 'be_queued' }>,
): Promise<void> => {
  const order = { name: jobNameOf(training), priority };
  if (lockToken !== undefined)
    return deps.queue.postpone(training.id, { ...order, jobToken: lockToken, notBefore: notBefore ?? deps.clock.now() });
  return deps.queue.enqueue(training.id, { ...order, ...(notBefore !== undefined && { notBefore }) });
};

const meet = (deps: PerformDeps, training: Training, owed: Obligation): Promise<void> => {
  switch (owed.kind) {
    case 'be_queued':
      return beQueued(deps, training, owed);
    case 'be_looked_at': {
      const delayMs = nextLookMs(training, deps.clock.now(), deps.settings.pollIntervalMs) ?? 0;
      return deps.errands.look(training.id, { delayMs });
    }
    case 'be_cancelled':
    case 'be_finalized':
    case 'be_recorded':
      return deps.errands.hurry(training.id);
    case 'be_told':
      return deps.messageErrands.hurry(ANNOUNCE);
    case 'give_slot_back':
      return deps.queue.finish(training.id, owed.lockToken, resultOf(training));
  }
};

/**
 * Meets what a training is owed, in order. A failure is logged and left to the sweep, which asks the same question
 * again: nothing here is the only chance.
 */
export const perform = async (
  deps: PerformDeps,
  training: Training,
  owed: readonly Obligation[],
): Promise<void> => {
  for (const obligation of owed) {
    try {
      await meet(deps, training, obligation);
    } catch (error) {
      deps.log.warn('obligation_unmet', { training_id: training.id, obligation: obligation.kind, error });
    }
  }
};
