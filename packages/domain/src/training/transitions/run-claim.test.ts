import {
  applyEvents,
  buildAttempt,
  buildTraining,
  cancelRequested,
  runEnded,
  runObserved,
  submissionAccepted,
  submissionStarted,
} from '@trainyard/testing/builders';
import { describe, expect, it } from 'vitest';
import { obligations } from '../obligations.ts';
import type { TrainingEvent } from '../state/event.ts';
import { holdsSlot } from '../state/status.ts';
import type { Training } from '../state/training.ts';

const UNCLEAR = {
  type: 'submission_unclear',
  at: 2,
  cause: 'dispatcher',
  attempt: 1,
  reason: 'reset',
} as const satisfies TrainingEvent;
const STARTED = {
  ...submissionStarted(),
  attempt: buildAttempt({
    expected: { durationSeconds: 60, costUsd: 4, usdPerSecond: 0.1, pool: 'A100' },
  }),
} as TrainingEvent;

function adopted(runId: string): TrainingEvent {
  return { type: 'submission_accepted', at: 3, cause: 'webhook', attempt: 1, runId };
}
function claimedTwice(runId: string, attempt = 1): TrainingEvent {
  return { type: 'run_claimed_twice', at: 20, cause: 'poll', attempt, runId };
}

/** A training that adopted `run-1` while it was unconfirmed, after further events. */
function adopt(...events: readonly TrainingEvent[]): Training {
  return applyEvents(buildTraining(), STARTED, UNCLEAR, adopted('run-1'), ...events);
}

const STATES: readonly (readonly [string, Training])[] = [
  ['submitted', adopt()],
  ['running', adopt(runObserved('in_progress'))],
  ['cancelling', adopt(runObserved('in_progress'), cancelRequested())],
  ['finalizing', adopt(runObserved('in_progress'), runEnded('completed'))],
];

describe('an adopted run that RunPod gave to a different attempt', () => {
  it.each(STATES)(
    'returns the training from %s to unconfirmed, with its slot and without the run',
    (_, on) => {
      const after = applyEvents(on, claimedTwice('run-1'));
      expect(after).toMatchObject({
        status: 'unconfirmed',
        attemptsSpent: 0,
        needsAttention: { reason: expect.stringMatching(/^run_claimed_twice: .*run-1/), since: 20 },
        reservedUsd: 4,
        runs: [],
        attempt: { number: 1, versionName: 'V1' },
      });
      for (const field of ['runId', 'output', 'endedAt', 'acceptedAt', 'startedRunningAt', 'executionMs'])
        expect(after).not.toHaveProperty(`attempt.${field}`);
      expect(after).not.toHaveProperty('runCosts');
      expect(holdsSlot(after)).toBe(true);
      expect('attempt' in after && after.attempt?.jobFinished).toBe(
        on.status === 'finalizing' ? true : undefined,
      );
      expect(after.cancelRequested).toEqual(on.cancelRequested);
    },
  );

  it('keeps a different run, a different attempt and a terminal state unchanged', () => {
    for (const [, on] of STATES)
      for (const event of [claimedTwice('run-2'), claimedTwice('run-1', 2)])
        expect(applyEvents(on, event)).toEqual(on);
    const failed = adopt(runEnded('failed', { class: 'data' }));
    expect(applyEvents(failed, claimedTwice('run-1'))).toEqual(failed);
  });
});

describe('the answer to a submission that adopted a different run meanwhile', () => {
  it.each(STATES)(
    'replaces the adopted run in %s, because RunPod accepts one run per attempt',
    (status, on) => {
      const after = applyEvents(on, submissionAccepted('own'));
      expect(after).toMatchObject({
        status: status === 'cancelling' ? 'cancelling' : 'submitted',
        attemptsSpent: 1,
        attempt: { runId: 'own', acceptedAt: 2 },
        runs: [{ runId: 'run-1' }, { runId: 'own', answered: true }],
      });
      expect(after).not.toHaveProperty('runCosts');
    },
  );

  it('never replaces the run of an earlier answer', () => {
    const on = applyEvents(buildTraining(), STARTED, submissionAccepted('run-1'));
    expect(applyEvents(on, submissionAccepted('run-2'))).toEqual(on);
  });

  it('names the run of an output that was found before the answer', () => {
    const found = { type: 'output_found', at: 5, cause: 'store', attempt: 1, output: {} } as const;
    const on = applyEvents(buildTraining(), STARTED, UNCLEAR, found);
    expect(applyEvents(on, submissionAccepted('own'))).toMatchObject({
      status: 'finalizing',
      attempt: { runId: 'own' },
      runs: [{ attempt: 1, runId: 'own' }],
    });
  });
});

describe('an orphaned run', () => {
  const orphaned = {
    type: 'run_orphaned',
    at: 30,
    cause: 'dispatcher',
    attempt: 1,
    endpointId: 'ep',
    runId: 'late',
    attemptDeadline: 99,
  } as const satisfies TrainingEvent;
  const stopped = { type: 'orphan_stopped', at: 31, cause: 'poll', attempt: 1, runId: 'late' } as const;

  it('is to be cancelled in every state, and needs attention until it is stopped', () => {
    const refuted = {
      type: 'submission_refuted',
      at: 9,
      cause: 'person',
      attempt: 1,
      reason: 'dead',
    } as const;
    const queued = applyEvents(buildTraining(), STARTED, UNCLEAR, refuted);
    const ended = applyEvents(queued, cancelRequested(), { type: 'end_recorded', at: 10, cause: 'store' });
    for (const before of [queued, ended]) {
      const after = applyEvents(before, orphaned);
      expect(after.status).toBe(before.status);
      expect(after.needsAttention?.reason).toContain('late');
      expect(obligations(after)).toContainEqual({ kind: 'cancel_orphans' });
      const done = applyEvents(after, stopped);
      expect(done.needsAttention).toBeUndefined();
      expect(obligations(done)).toEqual(obligations(before));
      expect(done.runs, 'the id stays claimed').toEqual([
        { attempt: 1, endpointId: 'ep', runId: 'late', answered: true },
      ]);
    }
  });
});

describe('an operator who declares a run dead', () => {
  const dead = { type: 'run_declared_dead', at: 40, cause: 'person', attempt: 1 } as const;

  it('ends the training without a further attempt, as cancelled when a cancel was requested', () => {
    const stop = { reason: 'too long', next: 'requeue' } as const;
    const stopping = { type: 'stop_requested', at: 6, cause: 'poll', attempt: 1, stop } as const;
    expect(applyEvents(adopt(), dead).status).toBe('failed');
    expect(applyEvents(adopt(runObserved('in_progress')), dead).status).toBe('failed');
    expect(applyEvents(adopt(stopping), dead).status).toBe('failed');
    expect(applyEvents(adopt(cancelRequested()), dead).status).toBe('cancelled');
  });
});

describe('a run that RunPod does not answer for', () => {
  const unanswered = (at: number) =>
    ({ type: 'run_unanswered', at, cause: 'poll', attempt: 1, runId: 'run-1' }) as const;
  const missing = { type: 'run_missing', at: 9, cause: 'poll', attempt: 1, runId: 'run-1' } as const;

  it.each(STATES.slice(0, 3))('has the time of the first poll without an answer in %s', (_, on) => {
    expect(applyEvents(on, unanswered(5), unanswered(7))).toMatchObject({ attempt: { unansweredSince: 5 } });
    for (const answer of [runObserved('in_progress', 8), missing])
      expect(applyEvents(on, unanswered(5), answer)).not.toHaveProperty('attempt.unansweredSince');
  });
});
