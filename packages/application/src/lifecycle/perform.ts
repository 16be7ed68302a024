import type { Obligation, Training } from '@trainyard/domain';
import type { Deps } from '../deps.ts';
import { CREATE_DELIVERIES_JOB } from '../ports/notifications.ts';
import type { JobResult } from '../ports/training-queue.ts';
import { getNextPollMs } from './timeouts.ts';

export type PerformDeps = Pick<
  Deps,
  'queue' | 'reconcileJobs' | 'deliveryJobs' | 'clock' | 'log' | 'settings'
>;

/**
 * Meets what a training is owed, in order. A failure is logged and left to the sweep, which asks the same question
 * again: nothing here is the only chance.
 */
export async function perform(
  deps: PerformDeps,
  training: Training,
  effects: readonly Obligation[],
): Promise<void> {
  for (const obligation of effects) {
    try {
      await performEffect(deps, training, obligation);
    } catch (error) {
      deps.log.warn('effect_failed', { training_id: training.id, obligation: obligation.kind, error });
    }
  }
}

/** How a training reads on Bull Board. */
export function toJobName(training: Training): string {
  return `${training.request.subject.kind} ${training.request.subject.id}`;
}

/** What Bull Board shows once the run has ended. */
export function toJobResult(training: Training): JobResult {
  return {
    status: training.status,
    ...(training.status === 'completed' && { model: training.model.loraUrl }),
    ...('failure' in training && { failure: training.failure.message }),
  };
}

function enqueueTraining(
  deps: PerformDeps,
  training: Training,
  { priority, notBefore, lockToken }: Extract<Obligation, { kind: 'enqueue' }>,
): Promise<void> {
  const options = { name: toJobName(training), priority };
  if (lockToken !== undefined)
    return deps.queue.requeue(training.id, {
      ...options,
      lockToken,
      notBefore: notBefore ?? deps.clock.now(),
    });
  return deps.queue.enqueue(training.id, { ...options, ...(notBefore !== undefined && { notBefore }) });
}

function performEffect(deps: PerformDeps, training: Training, obligation: Obligation): Promise<void> {
  switch (obligation.kind) {
    case 'enqueue':
      return enqueueTraining(deps, training, obligation);
    case 'poll': {
      const delayMs = getNextPollMs(training, deps.clock.now(), deps.settings.pollIntervalMs) ?? 0;
      return deps.reconcileJobs.schedule(training.id, { delayMs });
    }
    case 'cancel_run':
    case 'finalize':
    case 'write_manifest':
      return deps.reconcileJobs.runNow(training.id);
    case 'notify':
      return deps.deliveryJobs.runNow(CREATE_DELIVERIES_JOB);
    case 'release_slot':
      return deps.queue.finish(training.id, obligation.lockToken, toJobResult(training));
  }
}
