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
import { transition } from './transition.ts';

function submitted() {
  return applyEvents(buildTraining(), submissionStarted(), submissionAccepted());
}
function running() {
  return applyEvents(submitted(), runObserved('in_progress'));
}

describe('a training without faults', () => {
  it('passes from queued to completed through every state in between', () => {
    const states = [applyEvents(buildTraining())];
    for (const event of [
      submissionStarted(),
      submissionAccepted(),
      runObserved('in_progress'),
      runEnded('completed'),
    ])
      states.push(applyEvents(states.at(-1)!, event));
    expect(states.map((state) => state.status)).toEqual([
      'queued',
      'submitting',
      'submitted',
      'running',
      'finalizing',
    ]);
    const verified = applyEvents(states.at(-1)!, {
      type: 'output_verified',
      at: 11,
      cause: 'poll',
      attempt: 1,
      model: { loraUrl: 's3://b/k', verified: true },
    });
    expect(verified.status).toBe('completed');
    expect(verified.rev).toBe(6);
  });
});

describe('a submission without a clear result', () => {
  const unclear = {
    type: 'submission_unclear',
    at: 5,
    cause: 'dispatcher',
    attempt: 1,
    reason: 'timeout',
  } as const;
  const quarantined = () => applyEvents(buildTraining(), submissionStarted(), unclear);

  it('is unconfirmed and keeps its slot', () => {
    expect(quarantined()).toMatchObject({ status: 'unconfirmed', reason: 'timeout', attempt: { number: 1 } });
  });
  it('is submitted when its run appears', () => {
    expect(applyEvents(quarantined(), submissionAccepted())).toMatchObject({
      status: 'submitted',
      attemptsSpent: 1,
    });
  });
  it('is requeued without a spent attempt when the run is refuted', () => {
    const refuted = {
      type: 'submission_refuted',
      at: 90,
      cause: 'poll',
      attempt: 1,
      reason: 'no such run',
    } as const;
    expect(applyEvents(quarantined(), refuted)).toMatchObject({
      status: 'queued',
      attemptsStarted: 1,
      attemptsSpent: 0,
    });
  });
  it('is refuted by three counts of the endpoint from 60 s after the request, each 20 s apart', () => {
    const count = (at: number, unaccounted = 0) =>
      ({
        type: 'endpoint_counted',
        at,
        cause: 'poll',
        attempt: 1,
        unaccounted,
        unconfirmed: 1,
        inFlight: 0,
      }) as const;
    expect(applyEvents(quarantined(), count(10), count(61_000), count(70_000), count(81_000)).status).toBe(
      'unconfirmed',
    );
    expect(applyEvents(quarantined(), count(61_000), count(81_000), count(101_000))).toMatchObject({
      status: 'queued',
      attemptsSpent: 0,
    });
    expect(
      applyEvents(quarantined(), count(61_000), count(81_000), count(90_000, 1), count(101_000)).status,
    ).toBe('unconfirmed');
  });
  it('is not repeated once its run was seen, and is lost with a spent attempt when the run disappears', () => {
    const count = (at: number, unaccounted: number) =>
      ({
        type: 'endpoint_counted',
        at,
        cause: 'poll',
        attempt: 1,
        unaccounted,
        unconfirmed: 1,
        inFlight: 0,
      }) as const;
    const gone = applyEvents(
      quarantined(),
      count(61_000, 1),
      count(90_000, 0),
      count(120_000, 0),
      count(150_000, 0),
    );
    expect(gone).toMatchObject({ status: 'failed', failure: { code: 'lost' }, attemptsSpent: 1 });
  });
  it('needs an operator after a gap between counts in which its run may have started and ended', () => {
    const count = (at: number) =>
      ({
        type: 'endpoint_counted',
        at,
        cause: 'poll',
        attempt: 1,
        unaccounted: 0,
        unconfirmed: 1,
        inFlight: 0,
      }) as const;
    const late = applyEvents(quarantined(), count(3_000_000), count(3_030_000), count(3_060_000));
    expect(late).toMatchObject({ status: 'unconfirmed', needsAttention: { since: 3_060_000 } });
    const gap = applyEvents(quarantined(), count(61_000), count(3_030_000), count(3_060_000));
    expect(gap).toMatchObject({ status: 'unconfirmed', runSeen: 'possible' });
    expect(applyEvents(late, cancelRequested(), count(3_090_000)).status).toBe('cancelled');
    const setBack = applyEvents(quarantined(), count(100_000), count(61_000));
    expect(setBack).toMatchObject({ status: 'unconfirmed', runSeen: 'possible' });
  });
  it('needs an operator when a run of one of several unconfirmed attempts was live and then ended', () => {
    const count = (at: number, unaccounted: number, inFlight = 0) =>
      ({
        type: 'endpoint_counted',
        at,
        cause: 'poll',
        attempt: 1,
        unaccounted,
        unconfirmed: 2,
        inFlight,
      }) as const;
    const absent = [count(91_000, 0), count(121_000, 0), count(151_000, 0)] as const;
    expect(applyEvents(quarantined(), count(61_000, 1), ...absent)).toMatchObject({
      status: 'unconfirmed',
      needsAttention: {},
    });
    expect(applyEvents(quarantined(), count(61_000, 1, 1), ...absent).status).toBe('queued');
  });
  it('is not refuted by an endpoint with fewer runs than are known to be live', () => {
    const count = (at: number) =>
      ({
        type: 'endpoint_counted',
        at,
        cause: 'poll',
        attempt: 1,
        unaccounted: -1,
        unconfirmed: 1,
        inFlight: 0,
      }) as const;
    expect(applyEvents(quarantined(), count(61_000), count(90_000), count(120_000)).status).toBe(
      'unconfirmed',
    );
  });
  it('accepts a clear result that arrives late', () => {
    const failure = { class: 'configuration', code: 'refused_400', message: 'no' } as const;
    expect(
      applyEvents(quarantined(), {
        type: 'submission_refused',
        at: 9,
        cause: 'dispatcher',
        attempt: 1,
        failure,
      }).status,
    ).toBe('failed');
  });
  it('is finalized when the object store holds its output', () => {
    const found = {
      type: 'output_found',
      at: 9,
      cause: 'store',
      attempt: 1,
      output: { loraUrl: 's3://b/k' },
    } as const;
    expect(applyEvents(quarantined(), found).status).toBe('finalizing');
  });
  it('is lost after the attempt deadline, or cancelled after a cancel request', () => {
    const expired = { type: 'attempt_expired', at: 99, cause: 'sweep', attempt: 1 } as const;
    expect(applyEvents(quarantined(), expired)).toMatchObject({
      status: 'failed',
      failure: { code: 'lost' },
    });
    expect(applyEvents(quarantined(), cancelRequested(), expired).status).toBe('cancelled');
  });
});

describe('a cancel request', () => {
  it('is fulfilled at once for a queued training', () => {
    expect(applyEvents(buildTraining(), cancelRequested())).toMatchObject({
      status: 'cancelled',
      recorded: false,
    });
  });
  it('is kept during the submission and cancels the accepted run', () => {
    const training = applyEvents(
      buildTraining(),
      submissionStarted(),
      cancelRequested(),
      submissionAccepted(),
    );
    expect(training.status).toBe('cancelling');
  });
  it('is fulfilled when the request was not sent', () => {
    const notSent = {
      type: 'submission_not_sent',
      at: 5,
      cause: 'dispatcher',
      attempt: 1,
      reason: '429',
    } as const;
    expect(applyEvents(buildTraining(), submissionStarted(), cancelRequested(), notSent).status).toBe(
      'cancelled',
    );
  });
  it('is not fulfilled before the provider confirms the end of the run', () => {
    const acknowledged = { type: 'cancel_acknowledged', at: 6, cause: 'poll', attempt: 1 } as const;
    expect(
      applyEvents(running(), cancelRequested(), acknowledged, runObserved('in_progress', 7)).status,
    ).toBe('cancelling');
    expect(applyEvents(running(), cancelRequested(), acknowledged, runEnded('cancelled')).status).toBe(
      'cancelled',
    );
  });
  it('does not discard a success that arrives first', () => {
    expect(applyEvents(running(), cancelRequested(), runEnded('completed')).status).toBe('finalizing');
  });
  it('is fulfilled by 404 answers over five minutes after the acknowledgement', () => {
    const acknowledged = { type: 'cancel_acknowledged', at: 6, cause: 'poll', attempt: 1 } as const;
    const missing = (at: number) =>
      ({ type: 'run_missing', at, cause: 'poll', attempt: 1, runId: 'run-1' }) as const;
    const asked = applyEvents(running(), cancelRequested(), acknowledged);
    expect(applyEvents(asked, missing(10), missing(300_009)).status).toBe('cancelling');
    expect(applyEvents(asked, missing(10), missing(300_010)).status).toBe('cancelled');
    expect(applyEvents(running(), cancelRequested(), missing(10), missing(900_000)).status).toBe(
      'cancelling',
    );
    expect(applyEvents(asked, missing(10), runObserved('in_progress', 20), missing(300_010)).status).toBe(
      'cancelling',
    );
  });
});

describe('a run that the system stops', () => {
  const stopRequested = (next: 'requeue' | 'time_out') =>
    ({
      type: 'stop_requested',
      at: 5,
      cause: 'poll',
      attempt: 1,
      stop: { reason: 'no worker', next },
    }) as const;

  it('is cancelled, and its training is requeued', () => {
    expect(applyEvents(submitted(), stopRequested('requeue')).status).toBe('cancelling');
    expect(applyEvents(submitted(), stopRequested('requeue'), runEnded('cancelled'))).toMatchObject({
      status: 'queued',
      reason: 'no worker',
    });
  });
  it('fails its training after the last attempt', () => {
    const second = applyEvents(
      running(),
      runEnded('failed'),
      submissionStarted(2),
      submissionAccepted('run-2', 2),
    );
    const over = applyEvents(
      second,
      { ...stopRequested('requeue'), attempt: 2 },
      runEnded('cancelled', { attempt: 2 }),
    );
    expect(over).toMatchObject({ status: 'failed', failure: { code: 'never_started' } });
  });
  it('times its training out after the execution timeout', () => {
    expect(applyEvents(running(), stopRequested('time_out'), runEnded('cancelled')).status).toBe('timed_out');
  });
  it('keeps its success, and a cancel request has precedence over the stop', () => {
    expect(applyEvents(running(), stopRequested('time_out'), runEnded('completed')).status).toBe(
      'finalizing',
    );
    expect(
      applyEvents(running(), stopRequested('requeue'), cancelRequested(), runEnded('cancelled')).status,
    ).toBe('cancelled');
  });
});

describe('an unsuccessful run', () => {
  it('is retried with a delay after a provider fault', () => {
    expect(applyEvents(running(), runEnded('failed'))).toMatchObject({
      status: 'queued',
      notBefore: 30_010,
      attemptsSpent: 1,
    });
  });
  it('is not retried after the second attempt', () => {
    const again = applyEvents(
      running(),
      runEnded('failed'),
      submissionStarted(2),
      submissionAccepted('run-2', 2),
    );
    expect(applyEvents(again, runEnded('failed', { attempt: 2 })).status).toBe('failed');
  });
  it('is not retried after a fault of the data', () => {
    expect(applyEvents(running(), runEnded('failed', { class: 'data' })).status).toBe('failed');
  });
  it('is timed out and not retried after the execution timeout', () => {
    const end = runEnded('timed_out', { class: 'timeout', executionMs: 7_200_000 });
    expect(applyEvents(running(), end).status).toBe('timed_out');
  });
  it.each([
    ['failed', 'timeout'],
    ['timed_out', 'timeout'],
  ] as const)(
    'is a fault of the provider when it is reported as %s by a %s after 42 s of 2 h (case 11)',
    (status, cls) => {
      const end = runEnded(status, { class: cls, executionMs: 42_078 });
      const retried = applyEvents(running(), end);
      expect(retried).toMatchObject({ status: 'queued', attemptsSpent: 1 });
      const again = applyEvents(retried, submissionStarted(2), submissionAccepted('run-2', 2));
      const last = applyEvents(again, runEnded(status, { class: cls, executionMs: 42_078, attempt: 2 }));
      expect(last).toMatchObject({ status: 'failed', failure: { class: 'provider', code: 'worker_crash' } });
    },
  );
  it.each(['provider', 'unknown'] as const)(
    'is timed out when its execution timeout is used up, although the report has class %s',
    (cls) => {
      const end = runEnded('failed', { class: cls, executionMs: 7_200_000 });
      expect(applyEvents(running(), end)).toMatchObject({
        status: 'timed_out',
        failure: { class: 'timeout', code: 'execution_timeout' },
      });
    },
  );
  it('keeps a cause in the data or the memory after its whole execution timeout', () => {
    for (const cls of ['data', 'out_of_memory', 'configuration'] as const)
      expect(
        applyEvents(running(), runEnded('failed', { class: cls, executionMs: 7_200_000 })),
      ).toMatchObject({
        status: 'failed',
        failure: { class: cls },
      });
  });
  it('is cancelled when it was cancelled at the provider', () => {
    expect(applyEvents(running(), runEnded('cancelled')).status).toBe('cancelled');
  });
});

describe('an event of a different attempt', () => {
  it('changes nothing', () => {
    const second = applyEvents(
      running(),
      runEnded('failed'),
      submissionStarted(2),
      submissionAccepted('run-2', 2),
    );
    expect(transition(second, runEnded('completed')).moved).toBe(false);
    expect(transition(second, runObserved('in_progress')).moved).toBe(false);
  });
  it('changes nothing when only its run differs', () => {
    expect(transition(running(), runObserved('in_progress', 9, 'run-other')).moved).toBe(false);
  });
  it('does not start an attempt twice', () => {
    expect(transition(applyEvents(buildTraining(), cancelRequested()), submissionStarted()).moved).toBe(
      false,
    );
    expect(transition(buildTraining(), submissionStarted(2)).moved).toBe(false);
  });
});
