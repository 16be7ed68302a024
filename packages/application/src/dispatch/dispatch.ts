import type { Attempt, Queued, Training } from '@trainyard/domain';
import type { Deps } from '../deps.ts';
import type { AdvanceDeps } from '../lifecycle/advance.ts';
import { isDue, submitWithinMs } from '../lifecycle/timeouts.ts';
import { perform } from '../lifecycle/perform.ts';
import type { Ending } from '../lifecycle/retry-until-saved.ts';
import type { Submission, SubmitAnswer } from '../ports/provider.ts';
import type { Taken } from '../ports/training-consumer.ts';
import { closeGate } from '../gate/gate.ts';
import { holdBack, lacksOwnBudget } from './hold-for-budget.ts';
import { type PrepareDeps, prepare } from './prepare.ts';
import { settleAnswer } from './handle-submit-result.ts';
import { type Slot, takeBack, takeSlot } from './acquire-slot.ts';
import { closeIfEnded, endUnpaid } from './fail-before-submit.ts';
import { postpone, putBack } from './snooze.ts';

export type DispatchDeps = AdvanceDeps & PrepareDeps & Pick<Deps, 'provider'> & Ending;

/** How a dispatch ended. `left`: nothing was done, the sweep drives the job on. */
export type Dispatched =
  | { readonly kind: 'submitted' | 'taken_back' | 'ended'; readonly training: Training }
  | {
      readonly kind: 'waiting';
      readonly training: Training;
      /** Whether what it waits for is missing to every training alike. */
      readonly storeAway: boolean;
    }
  | { readonly kind: 'left'; readonly reason: NotTaken };

type NotTaken = Extract<Slot, { kind: 'refused' }>['reason'] | 'leaving';

/**
 * Takes one training from the line to the provider (DESIGN §4 rule 4): look, save and take the slot, then call.
 * It never calls without having saved, nor long after.
 */
export const dispatch = async (deps: DispatchDeps, taken: Taken): Promise<Dispatched> => {
  const training = await deps.store.load(taken.trainingId);
  if (!training) return { kind: 'left', reason: 'unknown' };
  if (training.status !== 'queued') return { kind: 'left', reason: 'not_queued' };
  if (training.hold) return { kind: 'left', reason: 'held' };
  if (!isDue(training, deps.clock.now())) {
    await putBack(deps, taken, training);
    return { kind: 'left', reason: 'not_due' };
  }
  const dispatched = await tryDispatch(deps, taken, training);
  const endedHere = dispatched.kind === 'ended' && dispatched.training.status === 'failed';
  if (dispatched.kind !== 'submitted' && !endedHere) await closeIfEnded(deps, taken);
  return dispatched;
};

const tryDispatch = async (deps: DispatchDeps, taken: Taken, training: Queued): Promise<Dispatched> => {
  const prepared = await prepare(deps, training, taken.jobToken);
  switch (prepared.kind) {
    case 'faulty':
      return { kind: 'ended', training: await endUnpaid(deps, taken, prepared.failure) };
    case 'not_now': {
      deps.log.warn('preparation_postponed', { training_id: training.id, ...prepared });
      const after = await postpone(deps, taken, training, prepared);
      if (prepared.cause === 'refused') await closeGate(deps, { reason: prepared.reason, opensBy: 'store' });
      return { kind: 'waiting', training: after, storeAway: prepared.cause !== 'unknown' };
    }
    case 'ready':
      if (lacksOwnBudget(training, prepared.attempt)) return holdBack(deps, taken, prepared.attempt);
      return submit(deps, training, { taken, attempt: prepared.attempt, submission: prepared.submission });
  }
};

interface Ready {
  readonly taken: Taken;
  readonly attempt: Attempt;
  readonly submission: Submission;
}

const submit = async (deps: DispatchDeps, before: Queued, ready: Ready): Promise<Dispatched> => {
  if (deps.leaving?.aborted) return refused(deps, ready.taken, 'leaving');
  const slot = await takeSlot(deps, before, ready);
  switch (slot.kind) {
    case 'refused':
      return slot.reason === 'over_purse'
        ? holdBack(deps, ready.taken, ready.attempt)
        : refused(deps, ready.taken, slot.reason);
    case 'taken_back':
      return slot;
    case 'taken': {
      await perform(deps, slot.training, slot.effects);
      const mayGoOut = (): boolean => deps.clock.monotonic() - slot.since <= submitWithinMs(deps.clock);
      if (mayGoOut()) return { kind: 'submitted', training: await call(deps, before.id, ready, mayGoOut) };
      const reason = 'the dispatcher was held up between saving and sending';
      return { kind: 'taken_back', training: await takeBack(deps, ready, reason) };
    }
  }
};

/** What was closed or set back meanwhile, or what this process will not see to its end, waits in the line again, not in a place that others could have. */
const refused = async (deps: DispatchDeps, taken: Taken, reason: NotTaken): Promise<Dispatched> => {
  if (reason === 'closed' || reason === 'over_budget' || reason === 'not_due' || reason === 'leaving') {
    const now = await deps.store.load(taken.trainingId);
    if (now?.status === 'queued') await putBack(deps, taken, now);
  }
  return { kind: 'left', reason };
};

const call = async (
  deps: DispatchDeps,
  id: string,
  { attempt, submission }: Ready,
  mayGoOut: () => boolean,
): Promise<Training> => {
  const answer = await deps.provider
    .submit(submission, mayGoOut)
    .catch((error: unknown): SubmitAnswer => ({ kind: 'unclear', message: String(error) }));
  deps.log.info('submission_answered', {
    training_id: id,
    attempt: attempt.number,
    answer: answer.kind,
    ...(answer.kind === 'accepted' && { runpod_job_id: answer.runId }),
  });
  return settleAnswer(deps, { trainingId: id, attempt }, answer);
};
