import { type Failure, isTerminal, type Training } from '@trainyard/domain';
import { type AdvanceDeps, advance } from '../../heart/advance.ts';
import { resultOf } from '../../heart/perform.ts';
import type { Taken } from '../../ports/training-line.ts';
import { type FinalizeDeps, recordEnd } from '../../reconcile/finalize.ts';
import { heldUnder } from './postpone.ts';

/** Ends the training before anything was paid for; one whose attempt lives meanwhile keeps its job (I8). */
export const endUnpaid = async (deps: AdvanceDeps, taken: Taken, failure: Failure): Promise<Training> => {
  const at = deps.clock.now();
  const after = await advance(deps, taken.trainingId, {
    type: 'preparation_failed',
    at,
    cause: 'dispatcher',
    failure,
  });
  if (isTerminal(after)) await deps.queue.finish(after.id, heldUnder(taken), resultOf(after));
  return after;
};

/**
 * A training that ended while it was being prepared may have been recorded before its version was opened: it is
 * recorded again, so that no version says for ever that it is being submitted (I5).
 */
export const closeIfEnded = async (deps: FinalizeDeps, taken: Taken): Promise<void> => {
  try {
    const now = await deps.store.load(taken.trainingId);
    if (!now || !isTerminal(now)) return;
    await deps.queue.finish(now.id, heldUnder(taken), resultOf(now));
    await recordEnd(deps, now);
  } catch (error) {
    deps.log.error('version_left_open', { training_id: taken.trainingId, error });
  }
};
