import type { Attempt, Training, TrainingEvent } from '@trainyard/domain';
import type { Deps } from '../deps.ts';
import { type AdvanceDeps, advance } from '../lifecycle/advance.ts';
import { type ShutdownSignals, retryUntilSaved, sleepUnlessAborted } from '../lifecycle/retry-until-saved.ts';
import type { SubmitResult } from '../ports/provider.ts';
import type { Gate } from '../ports/training-store.ts';
import { closeGate } from '../gate/gate.ts';

type SubmitResultDeps = AdvanceDeps & ShutdownSignals & Pick<Deps, 'provider'>;

interface SubmittedAttempt {
  readonly trainingId: string;
  readonly attempt: Attempt;
}

const FIRST_BACKOFF_MS = 5_000;
const LONGEST_BACKOFF_MS = 5 * 60_000;

/** Exponential, with full jitter in its upper half. @returns ms */
const backoffMs = (attemptNumber: number): number => {
  const full = Math.min(LONGEST_BACKOFF_MS, FIRST_BACKOFF_MS * 2 ** Math.min(attemptNumber - 1, 10));
  return full / 2 + Math.random() * (full / 2);
};

const toSubmitEvent = (deps: SubmitResultDeps, attempt: Attempt, answer: SubmitResult): TrainingEvent => {
  const news = { at: deps.clock.now(), cause: 'dispatcher', attempt: attempt.number } as const;
  switch (answer.kind) {
    case 'accepted':
      return { ...news, type: 'submission_accepted', runId: answer.runId };
    case 'unclear':
      return { ...news, type: 'submission_unclear', reason: answer.message };
    case 'not_sent': {
      const notBefore = news.at + (answer.retryAfterMs ?? backoffMs(attempt.number));
      return { ...news, type: 'submission_not_sent', reason: answer.message, notBefore };
    }
    case 'refused': {
      if (answer.scope !== 'request') {
        // Not at once: the gate is closed only after this is saved.
        const notBefore = news.at + backoffMs(attempt.number);
        return { ...news, type: 'submission_not_sent', reason: answer.message, notBefore };
      }
      const code = `refused_${answer.httpStatus}`;
      const failure = { class: 'configuration', code, message: answer.message } as const;
      return { ...news, type: 'submission_refused', failure };
    }
  }
};

/**
 * Saves what the provider said to a submission, however long the record is away: nobody else knows it. A fault of
 * account or endpoint closes the gate for everyone, and a run that was accepted for an attempt that is no longer the
 * current one is cancelled: nobody waits for it.
 */
export const handleSubmitResult = async (
  deps: SubmitResultDeps,
  tried: SubmittedAttempt,
  answer: SubmitResult,
): Promise<Training> => {
  const { trainingId, attempt } = tried;
  const news = toSubmitEvent(deps, attempt, answer);
  const ids = { training_id: trainingId, attempt: attempt.number };
  const training = await retryUntilSaved(deps, ids, () => advance(deps, trainingId, news));
  if (answer.kind === 'refused' && answer.scope !== 'request')
    await retryUntilSaved(deps, ids, () => closeGate(deps, { reason: answer.message, reopensWhen: getReopenCondition(answer) }));
  if (answer.kind === 'accepted' && !isCurrentRun(training, answer.runId))
    await stopOrphanedRun(deps, tried, answer.runId);
  return training;
};

/** No credit or no permission does not show in `/health`, which answers all the same: only a trial tells. */
const getReopenCondition = ({ httpStatus }: Extract<SubmitResult, { kind: 'refused' }>): Gate['reopensWhen'] =>
  httpStatus === 402 || httpStatus === 403 ? 'trial' : 'answer';

const isCurrentRun = (training: Training, runId: string): boolean =>
  'attempt' in training &&
  training.attempt !== undefined &&
  'runId' in training.attempt &&
  training.attempt.runId === runId;

/** Whether the provider has heard the wish, or there is nothing left to stop. */
const tryStopRun = async (deps: SubmitResultDeps, { endpointId }: Attempt, runId: string): Promise<boolean> => {
  const answer = await deps.provider.cancel(endpointId, runId);
  if (answer.kind === 'acknowledged' || answer.kind === 'missing') return true;
  const observed = await deps.provider.observe(endpointId, runId);
  return observed.kind === 'ended' || observed.kind === 'missing';
};

/** Stops a run that no training knows: until it is heard, or its time is over in any case; a person is told meanwhile. */
const stopOrphanedRun = async (deps: SubmitResultDeps, { trainingId, attempt }: SubmittedAttempt, runId: string): Promise<void> => {
  const ids = { training_id: trainingId, attempt: attempt.number, runpod_job_id: runId };
  deps.log.error('stray_run', ids);
  const reason = `run ${runId} of attempt ${attempt.number} lives at the provider, and no cancel was heard`;
  for (let times = 1; times === 1 || deps.clock.now() < attempt.attemptDeadline; times += 1) {
    if (await tryStopRun(deps, attempt, runId)) {
      deps.log.info('stray_run_stopped', ids);
      return updateAttention(deps, trainingId, (now) =>
        now.needsAttention?.reason === reason ? { type: 'attention_settled' } : undefined,
      );
    }
    await updateAttention(deps, trainingId, () => ({ type: 'attention_raised', reason }));
    if (!(await sleepUnlessAborted(deps, Math.ceil(deps.clock.realMs(backoffMs(times)))))) return;
  }
};

type AttentionChange =
  | { readonly type: 'attention_settled' }
  | { readonly type: 'attention_raised'; readonly reason: string };

const updateAttention = async (
  deps: SubmitResultDeps,
  id: string,
  mark: (training: Training) => AttentionChange | undefined,
): Promise<void> => {
  await retryUntilSaved(deps, { training_id: id }, () =>
    advance(deps, id, (now) => {
      const news = mark(now);
      return news && { ...news, at: deps.clock.now(), cause: 'dispatcher' };
    }),
  );
};
