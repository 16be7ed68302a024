import { describe, expect, it } from 'vitest';
import {
  acceptedBy,
  anAttempt,
  aTraining,
  cancelAsked,
  ended,
  live,
  observed,
} from '../../../test/trainings.ts';
import type { TrainingEvent } from '../event.ts';
import { obligations } from '../obligations.ts';

const price = { usdPerSecond: 0.5, costUsd: 30, durationSeconds: 60, pool: 'A100' };
const startedAt = (number: number): TrainingEvent => ({
  type: 'submission_started',
  at: 1,
  cause: 'dispatcher',
  attempt: { ...anAttempt(number), expected: price },
});
const ranFor = (executionMs: number, attempt = 1): TrainingEvent => ({
  type: 'run_ended',
  at: 10,
  cause: 'poll',
  attempt,
  runId: `run-${attempt}`,
  outcome: { status: 'failed', failure: { class: 'provider', code: 'x', message: 'm' }, executionMs },
});
const queued = () => aTraining({ expected: { durationSeconds: 60, costUsd: 20 }, maxAttempts: 2 });

describe('the bill of a run', () => {
  it('is written when its end is proven, for every attempt, at the price that it began with', () => {
    const twice = live(
      queued(),
      startedAt(1),
      acceptedBy(),
      ranFor(3_200),
      startedAt(2),
      acceptedBy('run-2', 2),
      ranFor(1_000, 2),
    );
    expect(twice).toMatchObject({
      status: 'failed',
      bills: [
        { attempt: 1, usd: 2, executionMs: 3_200, basis: 'execution_time' },
        { attempt: 2, usd: 0.5, basis: 'execution_time' },
      ],
    });
  });
  it('says what was expected where nobody tells what a run that was lost came to', () => {
    const lost = live(queued(), startedAt(1), acceptedBy(), observed('in_progress'), {
      type: 'attempt_expired',
      at: 99,
      cause: 'poll',
      attempt: 1,
    });
    expect(lost).toMatchObject({ status: 'failed', bills: [{ basis: 'assumed', usd: 30 }] });
  });
  it('is nothing for a run that was cancelled before a worker took it', () => {
    const stopped = live(queued(), startedAt(1), acceptedBy(), cancelAsked(), {
      ...(ended('cancelled') as Extract<TrainingEvent, { type: 'run_ended' }>),
      outcome: { status: 'cancelled', failure: { class: 'unknown', code: 'x', message: 'm' } },
    });
    expect(stopped).toMatchObject({ status: 'cancelled', bills: [{ basis: 'never_ran', usd: 0 }] });
  });
  it('is not written for a submission that never was a run', () => {
    const back = live(queued(), startedAt(1), {
      type: 'submission_not_sent',
      at: 2,
      cause: 'dispatcher',
      attempt: 1,
      reason: 'r',
    });
    expect(back).not.toHaveProperty('bills');
    expect(back.reservedUsd).toBe(20);
  });
});

describe('what is set aside', () => {
  it('is what accept set aside, and goes with the bill or an end without a run', () => {
    expect(queued().reservedUsd).toBe(20);
    expect(live(queued(), startedAt(1), acceptedBy()).reservedUsd).toBe(20);
    expect(live(queued(), startedAt(1), acceptedBy(), ended('completed'))).not.toHaveProperty('reservedUsd');
    expect(live(queued(), cancelAsked())).not.toHaveProperty('reservedUsd');
  });
  it('is set aside anew for another attempt', () => {
    const again = live(queued(), startedAt(1), acceptedBy(), ranFor(1_000));
    expect(again).toMatchObject({ status: 'queued' });
    expect(again.reservedUsd).toBeUndefined();
    expect(live(again, startedAt(2)).reservedUsd).toBe(30);
  });
});

describe('a training that a budget holds', () => {
  const held = () =>
    live(queued(), {
      type: 'budget_held',
      at: 3,
      cause: 'dispatcher',
      of: 'batch',
      reason: 'r',
      jobToken: 'j',
    });
  it('sets nothing aside, stands in no line, is not started, and gives its job back', () => {
    expect(held()).toMatchObject({ status: 'queued', hold: { of: 'batch', since: 3 } });
    expect(held().reservedUsd).toBeUndefined();
    expect(obligations(held())).toEqual([{ kind: 'give_slot_back', jobToken: 'j' }]);
    expect(live(held(), startedAt(1)).status).toBe('queued');
  });
  it('waits its turn again once a person released it', () => {
    const free = live(held(), {
      type: 'budget_released',
      at: 4,
      cause: 'api',
      by: 'ana',
      reservedUsd: 7,
      withinPurse: true,
    });
    expect(free).toMatchObject({ reservedUsd: 7, queuedAt: 4 });
    expect(obligations(free)).toEqual([{ kind: 'be_queued', priority: 10 }]);
  });
  it('can be cancelled', () => {
    expect(live(held(), cancelAsked()).status).toBe('cancelled');
  });
});
