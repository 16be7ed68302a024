import {
  applyEvents,
  buildAttempt,
  buildTraining,
  cancelRequested,
  runEnded,
  runObserved,
  submissionAccepted,
} from '@trainyard/testing/builders';
import { describe, expect, it } from 'vitest';
import { obligations } from '../obligations.ts';
import type { TrainingEvent } from '../state/event.ts';

const price = { usdPerSecond: 0.5, costUsd: 30, durationSeconds: 60, pool: 'A100' };
function startedAt(number: number): TrainingEvent {
  return {
    type: 'submission_started',
    at: 1,
    cause: 'dispatcher',
    attempt: { ...buildAttempt({ number: number }), expected: price },
  };
}
function ranFor(executionMs: number, attempt = 1): TrainingEvent {
  return {
    type: 'run_ended',
    at: 10,
    cause: 'poll',
    attempt,
    runId: `run-${attempt}`,
    outcome: { status: 'failed', failure: { class: 'provider', code: 'x', message: 'm' }, executionMs },
  };
}
function queued() {
  return buildTraining({ request: { expected: { durationSeconds: 60, costUsd: 20 }, maxAttempts: 2 } });
}

describe('the cost of a run', () => {
  it('is recorded for every attempt at the proof of its end, at the price of its start', () => {
    const twice = applyEvents(
      queued(),
      startedAt(1),
      submissionAccepted(),
      ranFor(3_200),
      startedAt(2),
      submissionAccepted('run-2', 2),
      ranFor(1_000, 2),
    );
    expect(twice).toMatchObject({
      status: 'failed',
      runCosts: [
        { attempt: 1, usd: 2, executionMs: 3_200, basis: 'execution_time' },
        { attempt: 2, usd: 0.5, basis: 'execution_time' },
      ],
    });
  });
  it('is the expected cost for a lost run', () => {
    const lost = applyEvents(queued(), startedAt(1), submissionAccepted(), runObserved('in_progress'), {
      type: 'attempt_expired',
      at: 99,
      cause: 'poll',
      attempt: 1,
    });
    expect(lost).toMatchObject({ status: 'failed', runCosts: [{ basis: 'assumed', usd: 30 }] });
  });
  it('is 0 for a run that was cancelled before a worker started it', () => {
    const stopped = applyEvents(queued(), startedAt(1), submissionAccepted(), cancelRequested(), {
      ...(runEnded('cancelled') as Extract<TrainingEvent, { type: 'run_ended' }>),
      outcome: { status: 'cancelled', failure: { class: 'unknown', code: 'x', message: 'm' } },
    });
    expect(stopped).toMatchObject({ status: 'cancelled', runCosts: [{ basis: 'never_ran', usd: 0 }] });
  });
  it('is not recorded for a submission without a run', () => {
    const back = applyEvents(queued(), startedAt(1), {
      type: 'submission_not_sent',
      at: 2,
      cause: 'dispatcher',
      attempt: 1,
      reason: 'r',
    });
    expect(back).not.toHaveProperty('runCosts');
    expect(back.reservedUsd).toBe(20);
  });
});

describe('the budget reservation of a training', () => {
  it('is made at acceptance and released with the cost or with an end without a run', () => {
    expect(queued().reservedUsd).toBe(20);
    expect(applyEvents(queued(), startedAt(1), submissionAccepted()).reservedUsd).toBe(20);
    expect(
      applyEvents(queued(), startedAt(1), submissionAccepted(), runEnded('completed')),
    ).not.toHaveProperty('reservedUsd');
    expect(applyEvents(queued(), cancelRequested())).not.toHaveProperty('reservedUsd');
  });
  it('is renewed for the next attempt', () => {
    const again = applyEvents(queued(), startedAt(1), submissionAccepted(), ranFor(1_000));
    expect(again).toMatchObject({ status: 'queued' });
    expect(again.reservedUsd).toBeUndefined();
    expect(applyEvents(again, startedAt(2)).reservedUsd).toBe(30);
  });
});

describe('a training that is held for a budget', () => {
  const held = () =>
    applyEvents(queued(), {
      type: 'budget_held',
      at: 3,
      cause: 'dispatcher',
      of: 'batch',
      reason: 'r',
      lockToken: 'j',
    });
  it('has no reservation and no job, and does not start', () => {
    expect(held()).toMatchObject({ status: 'queued', hold: { of: 'batch', since: 3 } });
    expect(held().reservedUsd).toBeUndefined();
    expect(obligations(held())).toEqual([{ kind: 'release_slot', lockToken: 'j' }]);
    expect(applyEvents(held(), startedAt(1)).status).toBe('queued');
  });
  it('returns to the queue when an operator releases it', () => {
    const free = applyEvents(held(), {
      type: 'budget_released',
      at: 4,
      cause: 'api',
      by: 'ana',
      reservedUsd: 7,
      withinBatchBudget: true,
    });
    expect(free).toMatchObject({ reservedUsd: 7, queuedAt: 4 });
    expect(obligations(free)).toEqual([{ kind: 'enqueue', priority: 10 }]);
  });
  it('can be cancelled', () => {
    expect(applyEvents(held(), cancelRequested()).status).toBe('cancelled');
  });
});
