import type { Attempt, Training, TrainingEvent } from '@trainyard/domain';
import type { Deps } from '../deps.ts';
import { type AdvanceDeps, advance } from '../heart/advance.ts';
import type { SubmitAnswer } from '../ports/provider.ts';
import { closeGate } from '../reconcile/gate.ts';

type SettleDeps = AdvanceDeps & Pick<Deps, 'provider'>;

const FIRST_BACKOFF_MS = 5_000;
const LONGEST_BACKOFF_MS = 5 * 60_000;

/** Exponential, with full jitter in its upper half. @returns ms */
const backoffMs = (attemptNumber: number): number => {
  const full = Math.min(LONGEST_BACKOFF_MS, FIRST_BACKOFF_MS * 2 ** Math.min(attemptNumber - 1, 10));
  return full / 2 + Math.random() * (full / 2);
};

const newsOf = (deps: SettleDeps, attempt: Attempt, answer: SubmitAnswer): TrainingEvent => {
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
      if (answer.scope !== 'request') return { ...news, type: 'submission_not_sent', reason: answer.message };
      const code = `refused_${answer.httpStatus}`;
      const failure = { class: 'configuration', code, message: answer.message } as const;
      return { ...news, type: 'submission_refused', failure };
    }
  }
};

/**
 * Saves what the provider said to a submission. A fault of account or endpoint closes the gate for everyone, and a run
 * that was accepted for an attempt that is no longer the current one is cancelled: nobody waits for it.
 */
export const settleAnswer = async (
  deps: SettleDeps,
  tried: { readonly trainingId: string; readonly attempt: Attempt },
  answer: SubmitAnswer,
): Promise<Training> => {
  const { trainingId, attempt } = tried;
  if (answer.kind === 'refused' && answer.scope !== 'request')
    await closeGate(deps, { reason: answer.message, opensBy: 'answer' });
  const training = await advance(deps, trainingId, newsOf(deps, attempt, answer));
  if (answer.kind === 'accepted' && !knows(training, answer.runId)) {
    deps.log.error('stray_run', {
      training_id: trainingId,
      attempt: attempt.number,
      runpod_job_id: answer.runId,
    });
    await deps.provider.cancel(attempt.endpointId, answer.runId);
  }
  return training;
};

const knows = (training: Training, runId: string): boolean =>
  'attempt' in training &&
  training.attempt !== undefined &&
  'runId' in training.attempt &&
  training.attempt.runId === runId;
