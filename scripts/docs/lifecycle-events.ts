import type { EventByType, TrainingEvent } from '../../packages/domain/src/index.ts';

const MINUTE_MS = 60_000;
/**
 * Builds an event of every type for a training with this attempt number, also events that make no sense in its state.
 * @param at epoch ms
 */
export function buildEvents(at: number, attempt: number): readonly TrainingEvent[] {
  const meta = { at, cause: 'sweep' } as const;
  const base = { ...meta, attempt, runId: 'run' };
  return [
    { ...meta, type: 'priority_changed', priority: 5 },
    { ...meta, type: 'preparation_failed', failure: buildFailure('data') },
    { ...meta, type: 'preparation_snoozed', reason: 'r', notBefore: at, lockToken: 'token' },
    { ...meta, type: 'budget_held', of: 'batch', reason: 'r' },
    { ...meta, type: 'budget_changed', by: 'operator', budgetUsd: 5 },
    { ...meta, type: 'budget_released', by: 'operator', withinBatchBudget: true },
    { ...meta, type: 'submission_started', attempt: buildAttempt(attempt + 1, at) },
    { ...base, type: 'submission_not_sent', reason: 'r' },
    { ...base, type: 'submission_refused', failure: buildFailure('data') },
    { ...base, type: 'submission_accepted' },
    { ...base, type: 'submission_accepted', cause: 'dispatcher', runId: 'run-of-the-answer' },
    { ...base, type: 'submission_unclear', reason: 'r' },
    { ...base, type: 'endpoint_counted', unaccounted: 0, unconfirmed: 1, inFlight: 0 },
    { ...base, type: 'endpoint_counted', unaccounted: 1, unconfirmed: 1, inFlight: 0 },
    { ...base, type: 'submission_refuted', reason: 'r' },
    ...buildRunEvents(base),
    { ...base, type: 'output_found', output: {} },
    { ...base, type: 'attempt_expired' },
    { ...meta, type: 'cancel_requested', by: 'operator' },
    { ...base, type: 'stop_requested', stop: { reason: 'r', next: 'requeue' } },
    { ...base, type: 'stop_requested', stop: { reason: 'r', next: 'time_out' } },
    { ...base, type: 'cancel_acknowledged' },
    { ...base, type: 'output_verified', model: { loraUrl: 's3://bucket/key', verified: true } },
    { ...base, type: 'output_missing', failure: buildFailure('data') },
    { ...meta, type: 'end_recorded' },
    { ...meta, type: 'attention_raised', reason: 'r' },
    { ...meta, type: 'attention_cleared' },
  ];
}

function buildRunEvents(
  base: Pick<EventByType<'run_missing'>, 'at' | 'cause' | 'attempt' | 'runId'>,
): readonly TrainingEvent[] {
  const orphan = { ...base, attempt: 0, runId: 'orphan' };
  const runEnded = { ...base, type: 'run_ended' } as const;
  return [
    { ...base, type: 'run_observed', phase: 'in_queue' },
    { ...base, type: 'run_observed', phase: 'in_progress' },
    { ...runEnded, outcome: { status: 'completed', output: {}, executionMs: 1 } },
    { ...runEnded, outcome: { status: 'failed', failure: buildFailure('provider') } },
    { ...runEnded, outcome: { status: 'failed', failure: buildFailure('data') } },
    { ...runEnded, outcome: { status: 'timed_out', failure: buildFailure('timeout'), executionMs: 1 } },
    { ...runEnded, outcome: { status: 'cancelled', failure: buildFailure('provider') } },
    { ...base, type: 'run_missing' },
    { ...base, type: 'run_unanswered' },
    { ...base, type: 'run_claimed_twice' },
    {
      ...orphan,
      type: 'run_orphaned',
      runId: 'other-orphan',
      endpointId: 'endpoint',
      attemptDeadline: base.at,
    },
    { ...orphan, type: 'orphan_stopped' },
    { ...base, type: 'run_declared_dead' },
  ];
}

function buildFailure(kind: 'provider' | 'timeout' | 'data') {
  return { class: kind, code: 'x', message: 'failed' };
}

function buildAttempt(number: number, at: number) {
  return {
    number,
    endpointId: 'endpoint',
    startedAt: at,
    executionTimeoutMs: 120 * MINUTE_MS,
    ttlMs: 510 * MINUTE_MS,
    attemptDeadline: at + 520 * MINUTE_MS,
    versionName: 'V1',
    modelName: 'actor_1_V1',
    outputKey: `models/${number}.safetensors`,
    lockToken: `token-${number}`,
    nonce: `nonce-${number}`,
  };
}
