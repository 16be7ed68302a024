import {
  type Attempt,
  type Backoff,
  calculateBackoffMs,
  type EventByType,
  type Training,
  type TrainingEvent,
} from '@trainyard/domain';
import type { Deps } from '../deps.ts';
import { closeGate, finishProbeRun } from '../gate/gate.ts';
import { toRefusalGate } from '../gate/streaks.ts';
import { type AdvanceDeps, advance, retryUntilSaved, type ShutdownSignals } from '../lifecycle/advance.ts';
import { getRun, RunBelongsToAnotherError } from '../lifecycle/revision.ts';
import type { SubmitResult } from '../ports/provider.ts';
import type { Gate } from '../ports/training-store/index.ts';

type SubmitResultDeps = AdvanceDeps & ShutdownSignals & Pick<Deps, 'provider'>;
type SubmissionAccepted = EventByType<'submission_accepted'>;

interface SubmittedAttempt {
  readonly trainingId: string;
  readonly attempt: Attempt;
}

const BACKOFF: Backoff = { firstMs: 5_000, maxMs: 5 * 60_000 };

/**
 * Saves the provider's result of a submission, retrying until Redis is available: no other process knows the result.
 * A fault of the account or the endpoint then closes the gate for all trainings.
 * Throws StoreUnavailableError when the process ends before the result is saved; the reconciler then marks the
 * submission unconfirmed.
 */
export async function handleSubmitResult(
  deps: SubmitResultDeps,
  submitted: SubmittedAttempt,
  result: SubmitResult,
): Promise<void> {
  const { trainingId, attempt } = submitted;
  const event = toSubmitEvent(deps, attempt, result);
  const ids = { training_id: trainingId, attempt: attempt.number };
  if (event.type === 'submission_accepted') await saveAcceptedRun(deps, submitted, event);
  else await retryUntilSaved(deps, ids, () => saveResult(deps, trainingId, event));
  if (result.kind === 'refused' && result.scope !== 'request')
    await retryUntilSaved(deps, ids, () =>
      closeGate(deps, { reason: result.message, reopensWhen: getReopenCondition(result) }),
    );
  await retryUntilSaved(deps, ids, () => finishProbeRun(deps));
}

/**
 * Saves the result. A refusal that belongs to a streak closes the gate first, then its training returns to the queue:
 * the third refusal in a row is not a fault of the training. A repetition after a crash or a lost reply ends the same.
 */
async function saveResult(deps: SubmitResultDeps, id: string, event: TrainingEvent): Promise<Training> {
  const training = await advance(deps, id, event);
  if (event.type !== 'submission_refused' || !isInSubmission(training, event.attempt)) return training;
  const { at, cause, attempt } = event;
  const reason = event.failure.message;
  const notBefore = at + backoffMs(attempt);
  await closeGate(deps, toRefusalGate(reason, at));
  return advance(deps, id, { type: 'submission_not_sent', at, cause, attempt, reason, notBefore });
}

function isInSubmission(training: Training, attempt: number): boolean {
  const { status } = training;
  return (status === 'submitting' || status === 'unconfirmed') && training.attempt.number === attempt;
}

/** Exponential backoff of 5 s … 5 min, with jitter in its upper half. @returns ms */
function backoffMs(attemptNumber: number): number {
  return calculateBackoffMs(BACKOFF, attemptNumber - 1, Math.random());
}

function toSubmitEvent(deps: SubmitResultDeps, attempt: Attempt, result: SubmitResult): TrainingEvent {
  const base = { at: deps.clock.now(), cause: 'dispatcher', attempt: attempt.number } as const;
  switch (result.kind) {
    case 'accepted':
      return { ...base, type: 'submission_accepted', runId: result.runId };
    case 'unclear':
      return { ...base, type: 'submission_unclear', reason: result.message };
    case 'not_sent': {
      const notBefore = base.at + (result.retryAfterMs ?? backoffMs(attempt.number));
      return { ...base, type: 'submission_not_sent', reason: result.message, notBefore };
    }
    case 'refused': {
      if (result.scope !== 'request') {
        // A delay, because the gate closes after this save: the training must not be claimed in between.
        const notBefore = base.at + backoffMs(attempt.number);
        return { ...base, type: 'submission_not_sent', reason: result.message, notBefore };
      }
      const code = result.httpStatus === undefined ? 'refused' : `refused_${result.httpStatus}`;
      const failure = { class: 'configuration', code, message: result.message } as const;
      return { ...base, type: 'submission_refused', failure };
    }
  }
}

/** `/health` answers without credit or permission too, so those two faults need a probe run to reopen the gate. */
function getReopenCondition({ httpStatus }: Extract<SubmitResult, { kind: 'refused' }>): Gate['reopensWhen'] {
  return httpStatus === 402 || httpStatus === 403 ? 'probe_run' : 'health_answer';
}

/**
 * Saves the run that RunPod's answer names. It outranks an adoption: the attempt that adopted the run returns it at its
 * next poll, which runs now. A run whose attempt is no longer current is recorded as an orphaned run, which the
 * reconciler cancels. An id that RunPod already gave to a different submission proves nothing; the submission is then
 * unconfirmed, and the run is not cancelled.
 */
async function saveAcceptedRun(
  deps: SubmitResultDeps,
  { trainingId, attempt }: SubmittedAttempt,
  event: SubmissionAccepted,
): Promise<void> {
  const { runId } = event;
  const ids = { training_id: trainingId, attempt: attempt.number, runpod_job_id: runId };
  const save = (next: TrainingEvent) => retryUntilSaved(deps, ids, () => advance(deps, trainingId, next));
  const owner = await retryUntilSaved(deps, ids, () => deps.store.findRunOwner(attempt.endpointId, runId));
  try {
    const training = await save(event);
    if (owner && owner.trainingId !== trainingId) await pollNow(deps, owner.trainingId);
    if (getRun(training)?.runId === runId) return;
    deps.log.error('orphaned_run_found', ids);
    const { endpointId, attemptDeadline } = attempt;
    await save({ ...event, type: 'run_orphaned', endpointId, attemptDeadline });
  } catch (error) {
    if (!(error instanceof RunBelongsToAnotherError)) throw error;
    deps.log.error('run_belongs_to_another', ids);
    await save({ ...event, type: 'submission_unclear', reason: error.message });
  }
}

/** Polls a training now; its next regular poll follows in any case. */
async function pollNow(deps: SubmitResultDeps, trainingId: string): Promise<void> {
  await deps.reconcileJobs
    .runNow(trainingId)
    .catch((error: unknown) => deps.log.warn('effect_failed', { training_id: trainingId, error }));
}
