import { beforeEach, describe, expect, it } from 'vitest';
import { createDispatchHarness, type DispatchHarness } from '../../test/dispatch-harness.ts';
import { InvalidWorkflowError, StoreUnavailableError } from '../errors.ts';
import { dispatch } from './dispatch.ts';

function storeUnavailable() {
  return new StoreUnavailableError(new Error('Command timed out'));
}

let harness: DispatchHarness;
beforeEach(async () => {
  harness = await createDispatchHarness();
});
function withPort(part: 'store' | 'manifests' | 'provider', methods: object) {
  return { ...harness.deps, [part]: { ...harness.deps[part], ...methods } } as DispatchHarness['deps'];
}
/** Changes the harness during the preparation, before the version is opened. */
function openVersionAfter(meanwhile: () => void) {
  return withPort('manifests', {
    openVersion: async (...args: Parameters<DispatchHarness['deps']['manifests']['openVersion']>) => {
      meanwhile();
      return harness.deps.manifests.openVersion(...args);
    },
  });
}

describe('the result of a submission', () => {
  it('is saved after every failure of Redis', async () => {
    let times = 3;
    const deps = withPort('store', {
      save: async (...args: Parameters<DispatchHarness['deps']['store']['save']>) => {
        times -= 1;
        if (times >= 0) throw storeUnavailable();
        return harness.deps.store.save(...args);
      },
    });
    await dispatch(deps, harness.job);
    expect(harness.training()).toMatchObject({ status: 'submitted', attempt: { runId: 'run-1' } });
  });

  it('is unsaved only when the process ends first', async () => {
    const ending = new AbortController();
    const deps = withPort('store', {
      save: async () => {
        ending.abort();
        throw storeUnavailable();
      },
    });
    await expect(dispatch({ ...deps, hardStop: ending.signal }, harness.job)).rejects.toThrow(
      StoreUnavailableError,
    );
    expect(harness.training().status).toBe('submitting');
  });

  it('is saved before an account refusal closes the gate', async () => {
    harness.respondWith({ kind: 'refused', scope: 'account', httpStatus: 402, message: 'no credit' });
    await dispatch(harness.deps, harness.job);
    expect(harness.calls.filter((each) => each === 'gate' || each === 'submission_not_sent')).toEqual([
      'submission_not_sent',
      'gate',
    ]);
  });

  it('is unclear when the provider throws', async () => {
    const deps = withPort('provider', { submit: () => Promise.reject(new Error('no result')) });
    await dispatch(deps, harness.job);
    expect(harness.training().status).toBe('unconfirmed');
  });
});

describe('a start without a reply of Redis', () => {
  const losing = ({ replies, tookMs, ran }: { replies: number; tookMs: number; ran: boolean }) => {
    let left = replies;
    return withPort('store', {
      start: async (...args: Parameters<DispatchHarness['deps']['store']['start']>) => {
        left -= 1;
        if (ran || left < 0) await harness.deps.store.start(...args);
        if (left < 0) return 'started';
        harness.advanceMs(tookMs);
        throw storeUnavailable();
      },
    });
  };

  it('is repeated, and the training is submitted once', async () => {
    await dispatch(losing({ replies: 2, tookMs: 1, ran: true }), harness.job);
    expect(harness.calls.filter((each) => each === 'submit' || each === 'submission_started')).toEqual([
      'submission_started',
      'submit',
    ]);
    expect(harness.training().status).toBe('submitted');
  });

  it('is aborted without using an attempt when the reply comes after the submit window', async () => {
    await dispatch(losing({ replies: 1, tookMs: 90_000, ran: true }), harness.job);
    expect(harness.calls).not.toContain('submit');
    expect(harness.training()).toMatchObject({ status: 'queued', attemptsStarted: 1, attemptsSpent: 0 });
    expect(harness.calls.at(-1)).toBe('requeued lock');
  });

  it('ends with a cancelled version and a finished job when the training was cancelled meanwhile', async () => {
    const deps = withPort('store', {
      start: async () => {
        harness.changeTraining({ status: 'cancelled', recorded: true, endedAt: 1 } as never);
        harness.advanceMs(90_000);
        throw storeUnavailable();
      },
    });
    expect(await dispatch(deps, harness.job)).toMatchObject({ kind: 'aborted' });
    expect(harness.versions).toMatchObject([{ status: 'cancelled' }]);
    expect(harness.calls).toEqual(['finished lock cancelled']);
  });

  it('is stale when it arrives after its abort', async () => {
    const before = harness.training().rev;
    await dispatch(losing({ replies: 1, tookMs: 90_000, ran: false }), harness.job);
    expect(harness.calls).not.toContain('submit');
    expect(harness.training()).toMatchObject({ status: 'queued', attemptsStarted: 0 });
    expect(harness.training().rev).toBeGreaterThan(before);
  });
});

describe('a training that changes during its preparation', () => {
  it('is submitted as prepared when only its priority changed', async () => {
    let opened = 0;
    const deps = openVersionAfter(() => {
      opened += 1;
      harness.changeTraining({ priority: 3 });
    });
    expect(await dispatch(deps, harness.job)).toMatchObject({ kind: 'submitted' });
    expect(opened).toBe(1);
    expect(harness.training()).toMatchObject({ status: 'submitted', priority: 3 });
  });

  it('ends with a cancelled version and a finished job when it was cancelled', async () => {
    const deps = openVersionAfter(() =>
      harness.changeTraining({ status: 'cancelled', recorded: true, endedAt: 1 } as never),
    );
    expect(await dispatch(deps, harness.job)).toMatchObject({ kind: 'skipped', reason: 'not_queued' });
    expect(harness.versions).toMatchObject([{ status: 'cancelled' }]);
    expect(harness.calls).toEqual(['finished lock cancelled']);
  });

  it('is requeued when it is no longer due', async () => {
    const deps = openVersionAfter(() => harness.changeTraining({ notBefore: 2_000_000 } as never));
    expect(await dispatch(deps, harness.job)).toMatchObject({ kind: 'skipped', reason: 'not_due' });
    expect(harness.calls).toEqual(['requeued lock']);
  });

  it('keeps its job when it has a live attempt, even if this preparation failed (I8)', async () => {
    const deps = openVersionAfter(() => {
      const attempt = { number: 1, nonce: 'other', lockToken: 'other' };
      harness.changeTraining({ status: 'submitting', attempt } as never);
    });
    await dispatch(
      {
        ...deps,
        workflows: {
          ...deps.workflows,
          build: () => {
            throw new InvalidWorkflowError([{ message: 'gone' }]);
          },
        },
      },
      harness.job,
    );
    expect(harness.calls).toEqual([]);
    expect(harness.training().status).toBe('submitting');
  });
});

describe('a dispatch', () => {
  it('requeues a training after the pause or the gate refused its start', async () => {
    const deps = withPort('store', { start: async () => 'closed' });
    expect(await dispatch(deps, harness.job)).toMatchObject({ kind: 'skipped', reason: 'closed' });
    expect(harness.calls).toEqual(['requeued lock']);
  });

  it('requeues a training that is not due without preparing it', async () => {
    harness.changeTraining({ notBefore: 2_000_000 } as never);
    expect(await dispatch(harness.deps, harness.job)).toMatchObject({ kind: 'skipped', reason: 'not_due' });
    expect(harness.calls).toEqual(['requeued lock']);
  });

  it('sets the start time of an attempt at its start, not at its preparation', async () => {
    await dispatch(
      openVersionAfter(() => harness.advanceMs(90_000)),
      harness.job,
    );
    expect(harness.training()).toMatchObject({ attempt: { startedAt: 1_090_000 } });
  });

  it('plans an attempt again when writing its version took longer than 2 min', async () => {
    let opened = 0;
    const deps = openVersionAfter(() => {
      opened += 1;
      if (opened === 1) harness.advanceMs(10 * 60_000);
    });
    await dispatch(deps, harness.job);
    const training = harness.training();
    expect(opened).toBe(2);
    expect(training.status === 'submitted' && new Date(training.attempt.attemptDeadline).toISOString()).toBe(
      harness.versions[0]!.attempt_deadline,
    );
  });

  it('requeues a training in preparation at shutdown without using an attempt', async () => {
    const leaving = new AbortController();
    const deps = openVersionAfter(() => leaving.abort());
    const dispatched = await dispatch({ ...deps, softStop: leaving.signal }, harness.job);
    expect(dispatched).toMatchObject({ kind: 'skipped', reason: 'shutting_down' });
    expect(harness.calls).toEqual(['requeued lock']);
    expect(harness.training()).toMatchObject({ status: 'queued', attemptsStarted: 0 });
  });
});
