import {
  type Attempt,
  type Backoff,
  calculateBackoffMs,
  type Training,
  type TrainingEvent,
} from '@trainyard/domain';
import type { Deps } from '../deps.ts';
import { closeGate, finishProbeRun } from '../gate/gate.ts';
import {
  type AdvanceDeps,
  advance,
  retryUntilSaved,
  type ShutdownSignals,
  sleepUnlessAborted,
} from '../lifecycle/advance.ts';
import type { SubmitResult } from '../ports/provider.ts';
import type { Gate } from '../ports/training-store/index.ts';

type SubmitResultDeps = AdvanceDeps & ShutdownSignals & Pick<Deps, 'provider'>;

interface SubmittedAttempt {
  readonly trainingId: string;
  readonly attempt: Attempt;
}

const BACKOFF: Backoff = { firstMs: 5_000, maxMs: 5 * 60_000 };

/**
 * Saves the provider's result of a submission, retrying until Redis is available: no other process knows the result.
 * A fault of the account or the endpoint then closes the gate for all trainings. A run accepted for a
 * former attempt is an orphaned run and is cancelled.
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
  const training = await retryUntilSaved(deps, ids, () => saveResult(deps, trainingId, event));
  if (result.kind === 'refused' && result.scope !== 'request')
    await retryUntilSaved(deps, ids, () =>
      closeGate(deps, { reason: result.message, reopensWhen: getReopenCondition(result) }),
    );
  await retryUntilSaved(deps, ids, () => finishProbeRun(deps));
  if (result.kind === 'accepted' && !isCurrentRun(training, result.runId))
    await stopOrphanedRun(deps, submitted, result.runId);
}

/**
 * Saves the result. A refusal that belongs to a streak closes the gate, and its training returns to the queue: what is
 * refused three times in a row is not a fault of the training.
 */
async function saveResult(deps: SubmitResultDeps, id: string, event: TrainingEvent): Promise<Training> {
  const training = await advance(deps, id, event);
  if (event.type !== 'submission_refused' || !isInSubmission(training, event.attempt)) return training;
  const { at, cause, attempt } = event;
  const reason = event.failure.message;
  const notBefore = at + backoffMs(attempt);
  const requeued = await advance(deps, id, {
    type: 'submission_not_sent',
    at,
    cause,
    attempt,
    reason,
    notBefore,
  });
  const gateReason = `3 submissions in a row were refused: ${reason}`;
  await closeGate(deps, { reason: gateReason, reopensWhen: 'submission_accepted' });
  return requeued;
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

function isCurrentRun(training: Training, runId: string): boolean {
  return (
    'attempt' in training &&
    training.attempt !== undefined &&
    'runId' in training.attempt &&
    training.attempt.runId === runId
  );
}

/** Cancels the run. @returns whether the provider acknowledged the cancel, or the run does not exist or has ended */
async function tryStopRun(deps: SubmitResultDeps, { endpointId }: Attempt, runId: string): Promise<boolean> {
  const result = await deps.provider.cancel(endpointId, runId);
  if (result.kind === 'acknowledged' || result.kind === 'missing') return true;
  const observed = await deps.provider.observe(endpointId, runId);
  return observed.kind === 'ended' || observed.kind === 'missing';
}

/**
 * Cancels an orphaned run, repeatedly with backoff until the provider acknowledges the cancel or the attempt's deadline
 * passes. Meanwhile the training needs attention.
 */
async function stopOrphanedRun(
  deps: SubmitResultDeps,
  { trainingId, attempt }: SubmittedAttempt,
  runId: string,
): Promise<void> {
  const ids = { training_id: trainingId, attempt: attempt.number, runpod_job_id: runId };
  deps.log.error('orphaned_run_found', ids);
  const reason = `the orphaned run ${runId} of attempt ${attempt.number} is alive, and RunPod has not acknowledged its cancel`;
  for (let times = 1; times === 1 || deps.clock.now() < attempt.attemptDeadline; times += 1) {
    if (await tryStopRun(deps, attempt, runId)) {
      deps.log.info('orphaned_run_stopped', ids);
      return updateAttention(deps, trainingId, (now) =>
        now.needsAttention?.reason === reason ? { type: 'attention_cleared' } : undefined,
      );
    }
    await updateAttention(deps, trainingId, () => ({ type: 'attention_raised', reason }));
    if (!(await sleepUnlessAborted(deps, Math.ceil(deps.clock.realMs(backoffMs(times)))))) return;
  }
}

type AttentionChange =
  | { readonly type: 'attention_cleared' }
  | { readonly type: 'attention_raised'; readonly reason: string };

async function updateAttention(
  deps: SubmitResultDeps,
  id: string,
  decide: (training: Training) => AttentionChange | undefined,
): Promise<void> {
  await retryUntilSaved(deps, { training_id: id }, () =>
    advance(deps, id, (now) => {
      const change = decide(now);
      return change && { ...change, at: deps.clock.now(), cause: 'dispatcher' };
    }),
  );
}
