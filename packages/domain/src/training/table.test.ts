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
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { toAttemptResult } from './attempt-result.ts';
import { obligations } from './obligations.ts';
import { TRAINING_EVENT_TYPES, type TrainingEvent } from './state/event.ts';
import { holdsSlot, isTerminal, TERMINAL_STATUSES, TRAINING_STATUSES } from './state/status.ts';
import { table } from './table.ts';
import { transition } from './transition.ts';

const attempt = fc.integer({ min: 1, max: 3 });
const at = fc.integer({ min: 1, max: 10_000_000 });
const runId = fc.constantFrom('run-1', 'run-2', 'run-3');
const failure = fc.record({
  class: fc.constantFrom('provider', 'timeout', 'out_of_memory', 'data', 'configuration', 'unknown'),
  code: fc.constant('x'),
  message: fc.constant('it broke'),
} as const);
const outcome = fc.oneof(
  fc.constant({ status: 'completed', output: {} } as const),
  fc.record({ status: fc.constantFrom('failed', 'timed_out', 'cancelled'), failure } as const),
);
const body = fc.record({
  at,
  cause: fc.constantFrom('api', 'dispatcher', 'poll', 'sweep'),
  attempt,
  runId,
  failure,
  outcome,
  reason: fc.constant('because'),
  notBefore: at,
  lockToken: fc.constant('token-9'),
  phase: fc.constantFrom('in_queue', 'in_progress'),
  output: fc.constant({}),
  by: fc.constant('ana'),
  stop: fc.record({
    reason: fc.constant('because'),
    next: fc.constantFrom('requeue', 'time_out'),
  } as const),
  model: fc.constant({ loraUrl: 's3://b/k', verified: true }),
  unaccounted: fc.integer({ min: -1, max: 2 }),
  unconfirmed: fc.integer({ min: 1, max: 2 }),
  inFlight: fc.integer({ min: 0, max: 1 }),
  priority: fc.integer({ min: 1, max: 100 }),
});
/** Any event, plausible or not. */
const anyEvent: fc.Arbitrary<TrainingEvent> = fc
  .tuple(fc.constantFrom(...TRAINING_EVENT_TYPES), body)
  .map(([type, rest]) =>
    type === 'submission_started'
      ? { ...rest, type, attempt: buildAttempt({ number: rest.attempt }) }
      : ({ ...rest, type } as TrainingEvent),
  );
const anyLife = fc.array(anyEvent, { maxLength: 60 });

describe('the lifecycle table', () => {
  it('has a cell for every event in every state', () => {
    for (const status of TRAINING_STATUSES)
      expect(Object.keys(table[status]).sort()).toEqual([...TRAINING_EVENT_TYPES].sort());
  });

  it('never leaves a terminal state (I4)', () => {
    fc.assert(
      fc.property(anyLife, (events) => {
        let training = applyEvents(buildTraining());
        for (const event of events) {
          const next = transition(training, event).training;
          if (isTerminal(training)) expect(next.status).toBe(training.status);
          training = next;
        }
      }),
    );
  });

  it('raises the revision by one for each change and not without a change', () => {
    fc.assert(
      fc.property(anyLife, (events) => {
        let training = applyEvents(buildTraining());
        for (const event of events) {
          const { moved, training: next } = transition(training, event);
          expect(next.rev).toBe(training.rev + (moved ? 1 : 0));
          training = next;
        }
      }),
    );
  });

  it('ends each attempt with at most one result', () => {
    fc.assert(
      fc.property(anyLife, (events) => {
        const ended: number[] = [];
        let training = applyEvents(buildTraining());
        for (const event of events) {
          const { training: next } = transition(training, event);
          const result = toAttemptResult(training, next, event);
          if (result && result.kind !== 'run_completed' && 'attempt' in training && training.attempt)
            ended.push(training.attempt.number);
          training = next;
        }
        expect(new Set(ended).size).toBe(ended.length);
      }),
    );
  });

  it('reaches the same state for a repeated event', () => {
    fc.assert(
      fc.property(anyLife, anyEvent, (events, event) => {
        fc.pre(
          event.type !== 'run_missing' &&
            event.type !== 'endpoint_counted' &&
            event.type !== 'preparation_snoozed',
        );
        const once = applyEvents(applyEvents(buildTraining(), ...events), event);
        const { rev: _, changedAt: __, ...first } = once;
        const { rev: ___, changedAt: ____, ...second } = applyEvents(once, event);
        expect(second).toEqual(first);
      }),
    );
  });

  it('never spends more attempts than it started, and starts none after the limit of spent attempts', () => {
    fc.assert(
      fc.property(anyLife, (events) => {
        const training = applyEvents(buildTraining(), ...events);
        expect(training.attemptsSpent).toBeLessThanOrEqual(training.attemptsStarted);
        if (training.status === 'queued')
          expect(training.attemptsSpent).toBeLessThan(training.request.maxAttempts);
      }),
    );
  });

  it('releases a slot only on proof of the end of the run (I8)', () => {
    const proofs = new Set([
      'submission_not_sent',
      'submission_refused',
      'submission_refuted',
      'endpoint_counted',
      'run_ended',
      'output_found',
      'attempt_expired',
      'run_declared_dead',
      'run_missing',
    ]);
    fc.assert(
      fc.property(anyLife, (events) => {
        let training = applyEvents(buildTraining());
        for (const event of events) {
          const next = transition(training, event).training;
          if (holdsSlot(training) && !holdsSlot(next)) expect(proofs).toContain(event.type);
          training = next;
        }
      }),
    );
  });

  it('cancels a training that held a run only after the provider, the attempt deadline or an operator proves the end (I7)', () => {
    const proofs = new Set([
      'run_ended',
      'attempt_expired',
      'run_declared_dead',
      'run_missing',
      'submission_not_sent',
      'submission_refused',
      'submission_refuted',
      'endpoint_counted',
    ]);
    fc.assert(
      fc.property(anyLife, (events) => {
        let training = applyEvents(buildTraining());
        for (const event of events) {
          const next = transition(training, event).training;
          if (training.status !== 'cancelled' && next.status === 'cancelled' && holdsSlot(training))
            expect(proofs).toContain(event.type);
          training = next;
        }
      }),
    );
  });

  it('reaches the same end whatever events were lost, repeated or reordered before', () => {
    const noise = fc.array(
      fc.constantFrom(runObserved('in_queue', 3), runObserved('in_progress', 4), submissionAccepted()),
      { maxLength: 20 },
    );
    fc.assert(
      fc.property(noise, noise, (before, after) => {
        const training = applyEvents(
          buildTraining(),
          submissionStarted(),
          submissionAccepted(),
          ...before,
          runEnded('completed'),
          ...after,
          runEnded('failed'),
          cancelRequested(),
        );
        expect(training.status).toBe('finalizing');
      }),
    );
  });
});

describe('obligations', () => {
  it('exist in every state but a recorded terminal state', () => {
    fc.assert(
      fc.property(anyLife, (events) => {
        const training = applyEvents(buildTraining(), ...events);
        const owed = obligations(training).map(({ kind }) => kind);
        if (isTerminal(training)) expect(owed.includes('write_manifest')).toBe(!training.recorded);
        else
          expect(owed.length > 0 || (training.status === 'queued' && training.hold !== undefined)).toBe(true);
        if (training.status !== 'queued')
          expect(owed.includes('release_slot')).toBe(!holdsSlot(training) && 'attempt' in training);
      }),
    );
  });
  it('treat the four terminal states alike', () => {
    expect(TERMINAL_STATUSES).toHaveLength(4);
  });
});
