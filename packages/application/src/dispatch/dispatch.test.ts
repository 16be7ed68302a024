import { beforeEach, describe, expect, it } from 'vitest';
import { createDispatchHarness, type DispatchHarness } from '../../test/dispatch-harness.ts';
import { StoreUnavailableError } from '../ports/training-store.ts';
import { InvalidWorkflowError } from '../ports/workflows.ts';
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
function openVersionAfter(meanwhile: () => void) {
  return withPort('manifests', {
    openVersion: async (...args: Parameters<DispatchHarness['deps']['manifests']['openVersion']>) => {
      meanwhile();
      return harness.deps.manifests.openVersion(...args);
    },
  });
}

describe('an answer of the provider', () => {
  it('is saved however often the record is away', async () => {
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

  it('is given up only when the process ends', async () => {
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

  it('about the account is saved before the gate is closed', async () => {
    harness.respondWith({ kind: 'refused', scope: 'account', httpStatus: 402, message: 'no credit' });
    await dispatch(harness.deps, harness.job);
    expect(harness.calls.filter((each) => each === 'gate' || each === 'submission_not_sent')).toEqual([
      'submission_not_sent',
      'gate',
    ]);
  });

  it('that comes as an exception is unclear', async () => {
    const deps = withPort('provider', { submit: () => Promise.reject(new Error('what?')) });
    await dispatch(deps, harness.job);
    expect(harness.training().status).toBe('unconfirmed');
  });
});

describe('a run that no training knows', () => {
  it('is told to stop until it is heard, and a person is told meanwhile', async () => {
    const reasons: unknown[] = [];
    let cancels = 0;
    const deps = withPort('provider', {
      submit: async () => {
        const { attempt, ...rest } = harness.training() as never as { attempt: object };
        harness.changeTraining({
          ...rest,
          status: 'unconfirmed',
          attempt: { ...attempt, number: 2 },
        } as never);
        return { kind: 'accepted', runId: 'stray' };
      },
      cancel: async () => {
        cancels += 1;
        reasons.push(harness.training().needsAttention?.reason);
        return cancels < 3 ? { kind: 'unavailable', message: 'x' } : { kind: 'acknowledged' };
      },
      observe: async () => ({ kind: 'live', phase: 'in_progress', providerStatus: 'IN_PROGRESS' }),
    });
    await dispatch(deps, harness.job);
    expect(reasons).toEqual([undefined, expect.stringContaining('stray'), expect.stringContaining('stray')]);
    expect(harness.training().needsAttention).toBeUndefined();
  });
});

describe('a start whose reply was lost', () => {
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

  it('is asked for again and the training sent once', async () => {
    await dispatch(losing({ replies: 2, tookMs: 1, ran: true }), harness.job);
    expect(harness.calls.filter((each) => each === 'submit' || each === 'submission_started')).toEqual([
      'submission_started',
      'submit',
    ]);
    expect(harness.training().status).toBe('submitted');
  });

  it('is taken back when it took too long to learn of it', async () => {
    await dispatch(losing({ replies: 1, tookMs: 90_000, ran: true }), harness.job);
    expect(harness.calls).not.toContain('submit');
    expect(harness.training()).toMatchObject({ status: 'queued', attemptsStarted: 1, attemptsSpent: 0 });
    expect(harness.calls.at(-1)).toBe('requeued lock');
  });

  it('and whose training was cancelled meanwhile leaves no version that is being submitted, and no job', async () => {
    const deps = withPort('store', {
      start: async () => {
        harness.changeTraining({ status: 'cancelled', recorded: true, endedAt: 1 } as never);
        harness.advanceMs(90_000);
        throw storeUnavailable();
      },
    });
    expect(await dispatch(deps, harness.job)).toMatchObject({ kind: 'not_submitted' });
    expect(harness.versions).toMatchObject([{ status: 'cancelled' }]);
    expect(harness.calls).toEqual(['finished lock cancelled']);
  });

  it('and that never ran finds another revision should it still come', async () => {
    const before = harness.training().rev;
    await dispatch(losing({ replies: 1, tookMs: 90_000, ran: false }), harness.job);
    expect(harness.calls).not.toContain('submit');
    expect(harness.training()).toMatchObject({ status: 'queued', attemptsStarted: 0 });
    expect(harness.training().rev).toBeGreaterThan(before);
  });
});

describe('a training that changed while it was prepared', () => {
  it('in its priority alone is sent as it was prepared', async () => {
    let opened = 0;
    const deps = openVersionAfter(() => {
      opened += 1;
      harness.changeTraining({ priority: 3 });
    });
    expect(await dispatch(deps, harness.job)).toMatchObject({ kind: 'submitted' });
    expect(opened).toBe(1);
    expect(harness.training()).toMatchObject({ status: 'submitted', priority: 3 });
  });

  it('into cancelled leaves no version that is being submitted, and no job', async () => {
    const deps = openVersionAfter(() =>
      harness.changeTraining({ status: 'cancelled', recorded: true, endedAt: 1 } as never),
    );
    expect(await dispatch(deps, harness.job)).toMatchObject({ kind: 'skipped', reason: 'not_queued' });
    expect(harness.versions).toMatchObject([{ status: 'cancelled' }]);
    expect(harness.calls).toEqual(['finished lock cancelled']);
  });

  it('into one that waits goes back into the line', async () => {
    const deps = openVersionAfter(() => harness.changeTraining({ notBefore: 2_000_000 } as never));
    expect(await dispatch(deps, harness.job)).toMatchObject({ kind: 'skipped', reason: 'not_due' });
    expect(harness.calls).toEqual(['requeued lock']);
  });

  it('into one that lives keeps its job, although another found it faulty (I8)', async () => {
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

it('what was paused or closed meanwhile goes back into the line', async () => {
  const deps = withPort('store', { start: async () => 'closed' });
  expect(await dispatch(deps, harness.job)).toMatchObject({ kind: 'skipped', reason: 'closed' });
  expect(harness.calls).toEqual(['requeued lock']);
});

it('what is not due goes back into the line at once', async () => {
  harness.changeTraining({ notBefore: 2_000_000 } as never);
  expect(await dispatch(harness.deps, harness.job)).toMatchObject({ kind: 'skipped', reason: 'not_due' });
  expect(harness.calls).toEqual(['requeued lock']);
});

it('an attempt begins when it is started, not when it was prepared', async () => {
  await dispatch(
    openVersionAfter(() => harness.advanceMs(90_000)),
    harness.job,
  );
  expect(harness.training()).toMatchObject({ attempt: { startedAt: 1_090_000 } });
});

it('a plan that grew old while its version was written is made anew', async () => {
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

it('what is being prepared when the process is asked to end goes back into the line, unspent', async () => {
  const leaving = new AbortController();
  const deps = openVersionAfter(() => leaving.abort());
  const dispatched = await dispatch({ ...deps, softStop: leaving.signal }, harness.job);
  expect(dispatched).toMatchObject({ kind: 'skipped', reason: 'shutting_down' });
  expect(harness.calls).toEqual(['requeued lock']);
  expect(harness.training()).toMatchObject({ status: 'queued', attemptsStarted: 0 });
});
