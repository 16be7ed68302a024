import type { Training, TrainingEvent } from '@trainyard/domain';
import type { Deps } from '../deps.ts';
import { assertCurrentEpoch } from '../durability/epoch.ts';
import { InvalidRequestError, WrongStateError } from '../errors.ts';
import { type AdvanceDeps, advance } from '../lifecycle/advance.ts';
import { RunBelongsToAnotherError } from '../lifecycle/revision.ts';
import { attemptDeadline, hasPassed } from '../lifecycle/timeouts.ts';
import { isUnanswered, type RunObservation } from '../ports/provider.ts';
import { findTraining } from './find.ts';

/**
 * An operator's resolution of an attempt. `adopt` assigns an existing run. `resubmit` and `fail` need the confirmation
 * `runIsDead`, which is recorded: without it no request is repeated and no training fails while a run may be alive
 * (docs/concepts/unconfirmed-submissions.md).
 */
export type ResolveRequest = (
  | { readonly action: 'adopt'; readonly runId: string }
  | { readonly action: 'resubmit' | 'fail'; readonly runIsDead: boolean }
) & {
  /** The attempt that the operator means. A repeated or late request then cannot resolve the next attempt. */
  readonly attempt: number;
};

type ResolveDeps = AdvanceDeps & Pick<Deps, 'provider' | 'objects' | 'ids'>;

/** The time without an answer of RunPod after which an operator may declare a run dead, in ms. */
const UNANSWERED_MS = 10 * 60_000;

/**
 * Applies an operator's decision: about an unconfirmed submission; `fail` also about a run past its attempt deadline that
 * RunPod has not answered for 10 min, and about an output that cannot be verified. A Redis restored from an old backup is
 * refused, since its attempt may have ended or been replaced in the meantime.
 * Throws RecoverRequiredError; TrainingNotFoundError; WrongStateError when the training is in a different state or attempt;
 * RunBelongsToAnotherError when a different attempt owns the run; InvalidRequestError when RunPod does not know the run or
 * `runIsDead` is not confirmed.
 */
export async function resolveTraining(
  deps: ResolveDeps,
  id: string,
  request: ResolveRequest,
): Promise<Training> {
  await assertCurrentEpoch(deps);
  const training = await findTraining(deps, id);
  assertAttempt(training, request);
  if (request.action === 'adopt') await assertAdoptable(deps, training, request);
  else assertConfirmed(request);
  const observed = await observeRun(deps, training);
  return advance(deps, training.id, (now) => {
    assertAttempt(now, request);
    return toEvent(deps, now, { request, observed });
  });
}

function assertAttempt(training: Training, { attempt }: ResolveRequest): void {
  const current = 'attempt' in training ? training.attempt?.number : undefined;
  if (current === attempt) return;
  const found = current === undefined ? 'it has no attempt' : `its current attempt is ${current}`;
  throw new WrongStateError(training.id, training.status, `${found}, not attempt ${attempt}`);
}

function assertConfirmed({ runIsDead }: Extract<ResolveRequest, { runIsDead: boolean }>): void {
  if (runIsDead) return;
  const message = 'must be true: a training is not resubmitted or failed while its run may be alive';
  throw new InvalidRequestError([{ path: 'run_is_dead', message, value: runIsDead }]);
}

/** RunPod knows the run, and neither the index of runs nor the input of the run assigns it to a different attempt. */
async function assertAdoptable(
  deps: ResolveDeps,
  training: Training,
  { runId, attempt }: Extract<ResolveRequest, { action: 'adopt' }>,
): Promise<void> {
  if (training.status !== 'unconfirmed') throw toStateError(training);
  const { endpointId } = training.attempt;
  const owner = await deps.store.findRunOwner(endpointId, runId);
  if (owner && (owner.trainingId !== training.id || owner.attempt !== attempt))
    throw new RunBelongsToAnotherError(runId);
  const observed = await deps.provider.observe(endpointId, runId);
  if (observed.kind !== 'live' && observed.kind !== 'ended')
    throw new InvalidRequestError([
      { path: 'runpod_job_id', message: 'RunPod does not list this run', value: runId },
    ]);
  const { trainingId = training.id, attempt: named = attempt } = observed.input ?? {};
  if (trainingId !== training.id || named !== attempt) throw new RunBelongsToAnotherError(runId);
}

/** Asks RunPod about the run of a live training once more; undefined without a known run. */
async function observeRun(deps: ResolveDeps, training: Training): Promise<RunObservation | undefined> {
  if (training.status !== 'submitted' && training.status !== 'running' && training.status !== 'cancelling')
    return undefined;
  return deps.provider.observe(training.attempt.endpointId, training.attempt.runId);
}

interface Decision {
  readonly request: ResolveRequest;
  readonly observed: RunObservation | undefined;
}

function toEvent(deps: ResolveDeps, training: Training, { request, observed }: Decision): TrainingEvent {
  const base = { at: deps.clock.now(), cause: 'person', attempt: request.attempt } as const;
  if (training.status === 'unconfirmed') {
    if (request.action === 'adopt') return { ...base, type: 'submission_accepted', runId: request.runId };
    return request.action === 'resubmit'
      ? { ...base, type: 'submission_refuted', reason: 'an operator confirmed that no run is alive' }
      : { ...base, type: 'attempt_expired' };
  }
  if (request.action !== 'fail') throw toStateError(training);
  if (training.status === 'finalizing') return { ...base, ...toUnverifiedOutput(training) };
  assertUnanswered(deps, training, observed);
  return { ...base, type: 'run_declared_dead' };
}

function toStateError({ id, status }: Training): WrongStateError {
  return new WrongStateError(id, status, 'only an unconfirmed training can be resolved this way');
}

/** The end of a training whose output an operator gives up; its address stays with the attempt as text. */
function toUnverifiedOutput(training: Extract<Training, { status: 'finalizing' }>) {
  if (!training.needsAttention)
    throw new WrongStateError(
      training.id,
      training.status,
      'its output is still being verified; it can be failed once it needs attention',
    );
  const message = `An operator ended the training because its output could not be verified: ${training.needsAttention.reason}`;
  const failure = { class: 'unknown', code: 'output_unverified', message } as const;
  return { type: 'output_missing', failure } as const;
}

/** Throws WrongStateError unless the deadline has passed and RunPod gave no answer for 10 min, the last question included. */
function assertUnanswered(deps: ResolveDeps, training: Training, observed: RunObservation | undefined): void {
  const refuse = (rule: string) => {
    throw new WrongStateError(training.id, training.status, rule);
  };
  if (training.status !== 'submitted' && training.status !== 'running' && training.status !== 'cancelling')
    throw toStateError(training);
  const { attempt } = training;
  if (!hasPassed(deps, attemptDeadline(attempt)))
    refuse(`its run may be alive until ${new Date(attempt.attemptDeadline).toISOString()}`);
  if (!observed || !isUnanswered(observed)) refuse('RunPod answers about its run; its answer decides');
  const { unansweredSince: since } = attempt;
  if (since === undefined || !hasPassed(deps, { since, durationMs: UNANSWERED_MS }))
    refuse('RunPod must have given no answer about its run for 10 min');
}
