import { acceptTraining, obligations, type Queued, type Training } from '@trainyard/domain';
import type { Deps } from '../deps.ts';
import { IdempotencyConflictError, SubjectBusyError, TrainingNotFoundError } from '../errors.ts';
import { type PerformDeps, perform } from '../heart/perform.ts';
import type { TrainCommand } from './command.ts';
import { type FreezeDeps, type Frozen, freeze } from './freeze.ts';

export type AcceptDeps = FreezeDeps & PerformDeps & Pick<Deps, 'store' | 'ids'>;

/** A training as it was accepted, now or when its Idempotency-Key came first. */
export interface Accepted {
  readonly training: Training;
  readonly replayed: boolean;
  readonly changes: Frozen['changes'];
}

const replay = async (deps: AcceptDeps, trainingId: string, priority: number): Promise<Queued> => {
  const training = await deps.store.load(trainingId);
  if (!training) throw new TrainingNotFoundError(trainingId);
  return acceptTraining(training.id, training.request, { at: training.acceptedAt, priority });
};

/**
 * Accepts a training: freezes its inputs, saves it with the idempotency claim in one write, and lets it wait its
 * turn. What is returned as accepted is never lost (I3). Throws what freeze throws, SubjectBusyError and
 * IdempotencyConflictError; then nothing was enqueued.
 */
export const accept = async (deps: AcceptDeps, command: TrainCommand): Promise<Accepted> => {
  const { request, changes } = await freeze(deps, command);
  const priority =
    command.priority ?? deps.settings.priority[command.source === 'auto_train' ? 'autoTrain' : 'person'];
  const training = acceptTraining(deps.ids.training(), request, { at: deps.clock.now(), priority });
  const answer = await deps.store.accept(training, {
    exclusive: !command.force,
    ...(command.claim && { claim: command.claim }),
  });
  switch (answer.kind) {
    case 'accepted':
      await perform(deps, training, obligations(training));
      deps.log.info('accepted', {
        training_id: training.id,
        kind: request.subject.kind,
        subject_id: request.subject.id,
      });
      return { training, replayed: false, changes };
    case 'replayed':
      return { training: await replay(deps, answer.trainingId, answer.priority), replayed: true, changes };
    case 'conflict':
      throw new IdempotencyConflictError(answer.trainingId);
    case 'subject_busy':
      throw new SubjectBusyError(request.subject, answer.trainingId);
  }
};
