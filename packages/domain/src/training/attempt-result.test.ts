import {
  applyEvents,
  buildTraining,
  cancelRequested,
  runEnded,
  runObserved,
  submissionAccepted,
  submissionStarted,
} from '@trainyard/testing/builders';
import { describe, expect, it } from 'vitest';
import { toAttemptResult } from './attempt-result.ts';
import type { TrainingEvent } from './state/event.ts';
import { transition } from './transition.ts';

/** The result of the last event, after the others. */
function resultAfter(...events: readonly TrainingEvent[]) {
  const last = events.at(-1);
  if (!last) throw new Error('an event is missing');
  const before = applyEvents(buildTraining(), ...events.slice(0, -1));
  return toAttemptResult(before, transition(before, last).training, last);
}

const STARTED = [submissionStarted(), submissionAccepted(), runObserved('in_progress')] as const;
const failure = { class: 'unknown', code: 'output_missing', message: 'none' } as const;
const base = { at: 20, cause: 'poll', attempt: 1 } as const;

describe('the result of an attempt', () => {
  it('is a paid failure of a run that is retried, failed or timed out', () => {
    expect(resultAfter(...STARTED, runEnded('failed'))).toMatchObject({ class: 'provider', paid: true });
    expect(resultAfter(...STARTED, runEnded('failed', { class: 'data' }))).toMatchObject({ class: 'data' });
    expect(
      resultAfter(...STARTED, runEnded('timed_out', { class: 'timeout', executionMs: 7_200_000 })),
    ).toMatchObject({ class: 'timeout', paid: true });
  });

  it('is a fault of the provider after a reported timeout far below the execution timeout', () => {
    expect(resultAfter(...STARTED, runEnded('failed', { class: 'timeout' }))).toMatchObject({
      class: 'provider',
    });
  });

  it('is a paid failure of a lost run', () => {
    expect(resultAfter(...STARTED, { ...base, type: 'attempt_expired' })).toMatchObject({
      kind: 'failed',
      class: 'provider',
      paid: true,
    });
  });

  it('is a paid failure of a run without output, which finalizing finds', () => {
    const completed = [...STARTED, runEnded('completed')];
    expect(resultAfter(...completed)).toEqual({ kind: 'run_completed' });
    expect(resultAfter(...completed, { ...base, type: 'output_missing', failure })).toMatchObject({
      kind: 'failed',
      paid: true,
    });
  });

  it.each([true, false])('is a model with its verification: %s', (verified) => {
    const model = { loraUrl: 's3://b/k', verified };
    expect(
      resultAfter(...STARTED, runEnded('completed'), { ...base, type: 'output_verified', model }),
    ).toEqual({
      kind: 'model',
      verified,
    });
  });

  it('is unpaid for a run that no worker executed', () => {
    const submitted = [submissionStarted(), submissionAccepted()];
    expect(resultAfter(...submitted, runEnded('failed', { executionMs: 0 }))).toMatchObject({ paid: false });
  });

  it('is absent for a cancelled run, a refused request and an event that ends no attempt', () => {
    expect(resultAfter(...STARTED, cancelRequested(), runEnded('cancelled'))).toBeUndefined();
    expect(
      resultAfter(submissionStarted(), { ...base, type: 'submission_refused', failure }),
    ).toBeUndefined();
    expect(resultAfter(...STARTED)).toBeUndefined();
    expect(resultAfter({ at: 1, cause: 'dispatcher', type: 'preparation_failed', failure })).toBeUndefined();
  });
});
