import { type Obligation, type Training, type TrainingEvent, transition } from '@trainyard/domain';
import type { Deps } from '../deps.ts';
import { TrainingNotFoundError } from '../errors.ts';
import { CREATE_DELIVERIES_JOB } from '../ports/notifications/index.ts';
import type { JobResult } from '../ports/training-queue.ts';
import { getNextPollMs } from './timeouts.ts';

export type AdvanceDeps = PerformDeps & Pick<Deps, 'store'>;

/** News, or a decision on the training as it is now; undefined when there is nothing to say. */
export type EventInput = TrainingEvent | ((training: Training) => TrainingEvent | undefined);

/**
 * The one writer (DESIGN §3): load, transition, compare-and-swap, append the event, perform. A writer who was too
 * late loads again and decides anew. What its batch's purse has no room for is not done.
 * @returns the training as it is afterwards
 * Throws TrainingNotFoundError.
 */
export async function advance(deps: AdvanceDeps, id: string, input: EventInput): Promise<Training> {
  for (;;) {
    const before = await deps.store.load(id);
    if (!before) throw new TrainingNotFoundError(id);
    const event = typeof input === 'function' ? input(before) : input;
    if (!event) return before;
    const { moved, training, effects } = transition(before, event);
    if (!moved) return before;
    const result = await deps.store.save(training, event, before);
    if (result === 'stale') continue;
    if (result === 'over_budget') return before;
    logTransition(deps, before, training, event);
    await perform(deps, training, effects);
    return training;
  }
}

function logTransition(deps: AdvanceDeps, before: Training, after: Training, event: TrainingEvent): void {
  if (before.status === after.status) return;
  deps.log.info(event.type, {
    training_id: after.id,
    from: before.status,
    to: after.status,
    cause: event.cause,
    ...('attempt' in after && after.attempt && { attempt: after.attempt.number }),
  });
}

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
