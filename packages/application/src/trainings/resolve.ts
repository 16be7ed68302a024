import type { Training, TrainingEvent, TrainingIn } from '@trainyard/domain';
import type { Deps } from '../deps.ts';
import { InvalidRequestError, WrongStateError } from '../errors.ts';
import { type AdvanceDeps, advance } from '../lifecycle/advance.ts';
import { findTraining } from './find.ts';

/**
 * A person's word on a training that needs one (SPEC §2). `run_is_dead` is theirs to give: it is recorded, and
 * without it nothing is sent again or given up while a run may live.
 */
export type ResolveRequest = (
  | { readonly action: 'adopt'; readonly runId: string }
  | { readonly action: 'resubmit' | 'fail'; readonly runIsDead: boolean }
) & {
  /** Of which attempt the person speaks: a word that is said again, or late, must not settle the next one. */
  readonly attempt?: number;
};

type ResolveDeps = AdvanceDeps & Pick<Deps, 'provider'>;
type Unconfirmed = TrainingIn<'unconfirmed'>;

/** Settles an unconfirmed submission by a person's word. Throws WrongStateError, InvalidRequestError. */
export async function resolveTraining(
  deps: ResolveDeps,
  id: string,
  request: ResolveRequest,
): Promise<Training> {
  const training = await findTraining(deps, id);
  if (training.status !== 'unconfirmed')
    throw new WrongStateError(id, training.status, 'only an unconfirmed submission needs a person’s word');
  const { number } = training.attempt;
  if (request.attempt !== undefined && request.attempt !== number)
    throw new WrongStateError(
      id,
      training.status,
      `attempt ${number} is in doubt now, not ${request.attempt}`,
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
      { path: 'runpod_job_id', message: 'the provider does not know this run just now', value: runId },
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
        message: 'must be true: nothing is sent again while a run may live',
        value: request.runIsDead,
      },
    ]);
  const base = { at: deps.clock.now(), cause: 'person', attempt: attempt.number } as const;
  return request.action === 'resubmit'
    ? { ...base, type: 'submission_refuted', reason: 'a person says that no run lives' }
    : { ...base, type: 'attempt_expired' };
}
