import type { Training, TrainingEvent, TrainingIn } from '@trainyard/domain';
import type { Deps } from '../deps.ts';
import { assertCurrentEpoch } from '../durability/epoch.ts';
import { InvalidRequestError, WrongStateError } from '../errors.ts';
import { type AdvanceDeps, advance } from '../lifecycle/advance.ts';
import { findTraining } from './find.ts';

/**
 * An operator's resolution of an unconfirmed submission. `adopt` assigns an existing run. `resubmit` and `fail` need
 * the confirmation `runIsDead`, which is recorded: without it no request is repeated and no training fails while a run
 * may be alive (docs/concepts/unconfirmed-submissions.md).
 */
export type ResolveRequest = (
  | { readonly action: 'adopt'; readonly runId: string }
  | { readonly action: 'resubmit' | 'fail'; readonly runIsDead: boolean }
) & {
  /** The attempt that the operator means. A repeated or late request then cannot resolve the next attempt. */
  readonly attempt?: number;
};

type ResolveDeps = AdvanceDeps & Pick<Deps, 'provider' | 'objects' | 'ids'>;
type Unconfirmed = TrainingIn<'unconfirmed'>;

/**
 * Resolves an unconfirmed submission by an operator's decision. A Redis restored from an old backup is refused, since its
 * attempt may have ended or been replaced in the meantime.
 * Throws RecoverRequiredError; TrainingNotFoundError; WrongStateError when the training or the named attempt is not unconfirmed;
 * InvalidRequestError when RunPod does not know the run or `runIsDead` is not confirmed.
 */
export async function resolveTraining(
  deps: ResolveDeps,
  id: string,
  request: ResolveRequest,
): Promise<Training> {
  await assertCurrentEpoch(deps);
  const training = await findTraining(deps, id);
  if (training.status !== 'unconfirmed')
    throw new WrongStateError(id, training.status, 'only an unconfirmed training can be resolved');
  const { number } = training.attempt;
  if (request.attempt !== undefined && request.attempt !== number)
    throw new WrongStateError(
      id,
      training.status,
      `attempt ${number} is unconfirmed, not attempt ${request.attempt}`,
    );
  return advance(
    deps,
    training.id,
    request.action === 'adopt'
      ? await adoptRun(deps, training, request.runId)
      : declareRunDead(deps, training, request),
  );
}

async function adoptRun(deps: ResolveDeps, { attempt }: Unconfirmed, runId: string): Promise<TrainingEvent> {
  const observed = await deps.provider.observe(attempt.endpointId, runId);
  if (observed.kind !== 'live' && observed.kind !== 'ended')
    throw new InvalidRequestError([
      { path: 'runpod_job_id', message: 'RunPod does not list this run', value: runId },
    ]);
  return {
    type: 'submission_accepted',
    at: deps.clock.now(),
    cause: 'person',
    attempt: attempt.number,
    runId,
  };
}

function declareRunDead(
  deps: ResolveDeps,
  { attempt }: Unconfirmed,
  request: Extract<ResolveRequest, { runIsDead: boolean }>,
): TrainingEvent {
  if (!request.runIsDead)
    throw new InvalidRequestError([
      {
        path: 'run_is_dead',
        message: 'must be true: a training is not resubmitted or failed while its run may be alive',
        value: request.runIsDead,
      },
    ]);
  const base = { at: deps.clock.now(), cause: 'person', attempt: attempt.number } as const;
  return request.action === 'resubmit'
    ? { ...base, type: 'submission_refuted', reason: 'an operator confirmed that no run is alive' }
    : { ...base, type: 'attempt_expired' };
}
