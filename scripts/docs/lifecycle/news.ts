import type { TrainingEvent } from '../../../packages/domain/src/index.ts';

const MINUTE_MS = 60_000;
const buildFailure = (kind: 'provider' | 'timeout' | 'data') => ({ class: kind, code: 'x', message: 'it broke' });

const buildAttempt = (number: number, at: number) => ({
  number,
  endpointId: 'endpoint',
  startedAt: at,
  executionTimeoutMs: 120 * MINUTE_MS,
  ttlMs: 510 * MINUTE_MS,
  deadBy: at + 520 * MINUTE_MS,
  versionName: 'V1',
  modelName: 'actor_1_V1',
  outputKey: `models/${number}.safetensors`,
  jobToken: `token-${number}`,
  nonce: `nonce-${number}`,
});

/** Every kind of news that can reach a training whose current attempt has this number, sensible or not. */
export const buildEvents = (at: number, attempt: number): readonly TrainingEvent[] => {
  const when = { at, cause: 'sweep' } as const;
  const of = { ...when, attempt, runId: 'run' };
  const ended = { ...of, type: 'run_ended' } as const;
  return [
    { ...when, type: 'priority_changed', priority: 5 },
    { ...when, type: 'preparation_failed', failure: buildFailure('data') },
    { ...when, type: 'preparation_postponed', reason: 'r', notBefore: at, lockToken: 'token' },
    { ...when, type: 'budget_held', of: 'batch', reason: 'r' },
    { ...when, type: 'budget_changed', by: 'somebody', budgetUsd: 5 },
    { ...when, type: 'budget_released', by: 'somebody', withinBatchBudget: true },
    { ...when, type: 'submission_started', attempt: buildAttempt(attempt + 1, at) },
    { ...of, type: 'submission_not_sent', reason: 'r' },
    { ...of, type: 'submission_refused', failure: buildFailure('data') },
    { ...of, type: 'submission_accepted' },
    { ...of, type: 'submission_unclear', reason: 'r' },
    { ...of, type: 'endpoint_counted', unaccounted: 0, unconfirmed: 1, inFlight: 0 },
    { ...of, type: 'endpoint_counted', unaccounted: 1, unconfirmed: 1, inFlight: 0 },
    { ...of, type: 'submission_refuted', reason: 'r' },
    { ...of, type: 'run_observed', phase: 'in_queue' },
    { ...of, type: 'run_observed', phase: 'in_progress' },
    { ...ended, outcome: { status: 'completed', output: {}, executionMs: 1 } },
    { ...ended, outcome: { status: 'failed', failure: buildFailure('provider') } },
    { ...ended, outcome: { status: 'failed', failure: buildFailure('data') } },
    { ...ended, outcome: { status: 'timed_out', failure: buildFailure('timeout'), executionMs: 1 } },
    { ...ended, outcome: { status: 'cancelled', failure: buildFailure('provider') } },
    { ...of, type: 'run_missing' },
    { ...of, type: 'output_found', output: {} },
    { ...of, type: 'attempt_expired' },
    { ...when, type: 'cancel_requested', by: 'somebody' },
    { ...of, type: 'recall_requested', stop: { reason: 'r', next: 'requeue' } },
    { ...of, type: 'recall_requested', stop: { reason: 'r', next: 'time_out' } },
    { ...of, type: 'cancel_acknowledged' },
    { ...of, type: 'output_verified', model: { loraUrl: 's3://bucket/key' } },
    { ...of, type: 'output_missing', failure: buildFailure('data') },
    { ...when, type: 'end_recorded' },
    { ...when, type: 'attention_raised', reason: 'r' },
    { ...when, type: 'attention_settled' },
  ];
};
