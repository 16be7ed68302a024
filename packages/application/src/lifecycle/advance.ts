import { type Training, type TrainingEvent, transition } from '@trainyard/domain';
import type { Deps } from '../deps.ts';
import { TrainingNotFoundError } from '../errors.ts';
import { type PerformDeps, perform } from './perform.ts';

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
