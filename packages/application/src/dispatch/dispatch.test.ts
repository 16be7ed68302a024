import { beforeEach, describe, expect, it } from 'vitest';
import { type DispatchYard, openDispatchYard } from '../../test/dispatch-yard.ts';
import { StoreUnavailableError } from '../ports/training-store.ts';
import { InvalidWorkflowError } from '../ports/workflows.ts';
import { dispatch } from './dispatch.ts';

const gone = () => new StoreUnavailableError(new Error('Command timed out'));

let yard: DispatchYard;
beforeEach(async () => {
  yard = await openDispatchYard();
});
const replacing = (part: 'store' | 'manifests' | 'provider', methods: object) =>
  ({ ...yard.deps, [part]: { ...yard.deps[part], ...methods } }) as DispatchYard['deps'];
const opening = (meanwhile: () => void) =>
  replacing('manifests', {
    openVersion: async (...args: Parameters<DispatchYard['deps']['manifests']['openVersion']>) => {
      meanwhile();
      return yard.deps.manifests.openVersion(...args);
    },
  });

describe('an answer of the provider', () => {
  it('is saved however often the record is away', async () => {
    let times = 3;
    const deps = replacing('store', {
      save: async (...args: Parameters<DispatchYard['deps']['store']['save']>) => {
        times -= 1;
        if (times >= 0) throw gone();
        return yard.deps.store.save(...args);
      },
    });
    await dispatch(deps, yard.taken);
    expect(yard.training()).toMatchObject({ status: 'submitted', attempt: { runId: 'run-1' } });
  });

  it('is given up only when the process ends', async () => {
    const ending = new AbortController();
    const deps = replacing('store', {
      save: async () => {
        ending.abort();
        throw gone();
      },
    });
    await expect(dispatch({ ...deps, ending: ending.signal }, yard.taken)).rejects.toThrow(
      StoreUnavailableError,
    );
    expect(yard.training().status).toBe('submitting');
  });

  it('about the account is saved before the gate is closed', async () => {
    yard.answers({ kind: 'refused', scope: 'account', httpStatus: 402, message: 'no credit' });
    await dispatch(yard.deps, yard.taken);
    expect(yard.done.filter((each) => each === 'gate' || each === 'submission_not_sent')).toEqual([
      'submission_not_sent',
      'gate',
    ]);
  });

  it('that comes as an exception is unclear', async () => {
    const deps = replacing('provider', { submit: () => Promise.reject(new Error('what?')) });
    await dispatch(deps, yard.taken);
    expect(yard.training().status).toBe('unconfirmed');
  });
});

describe('a run that no training knows', () => {
  it('is told to stop until it is heard, and a person is told meanwhile', async () => {
    const reasons: unknown[] = [];
    let cancels = 0;
    const deps = replacing('provider', {
      submit: async () => {
        const { attempt, ...rest } = yard.training() as never as { attempt: object };
        yard.change({ ...rest, status: 'unconfirmed', attempt: { ...attempt, number: 2 } } as never);
        return { kind: 'accepted', runId: 'stray' };
      },
      cancel: async () => {
        cancels += 1;
        reasons.push(yard.training().needsAttention?.reason);
        return cancels < 3 ? { kind: 'unavailable', message: 'x' } : { kind: 'acknowledged' };
      },
      observe: async () => ({ kind: 'live', phase: 'in_progress', providerStatus: 'IN_PROGRESS' }),
    });
    await dispatch(deps, yard.taken);
    expect(reasons).toEqual([undefined, expect.stringContaining('stray'), expect.stringContaining('stray')]);
    expect(yard.training().needsAttention).toBeUndefined();
  });
});

describe('a start whose reply was lost', () => {
  const losing = ({ replies, tookMs, ran }: { replies: number; tookMs: number; ran: boolean }) => {
    let left = replies;
    return replacing('store', {
      start: async (...args: Parameters<DispatchYard['deps']['store']['start']>) => {
        left -= 1;
        if (ran || left < 0) await yard.deps.store.start(...args);
        if (left < 0) return 'started';
        yard.pass(tookMs);
        throw gone();
      },
    });
  };

  it('is asked for again and the training sent once', async () => {
    await dispatch(losing({ replies: 2, tookMs: 1, ran: true }), yard.taken);
    expect(yard.done.filter((each) => each === 'submit' || each === 'submission_started')).toEqual([
      'submission_started',
      'submit',
    ]);
    expect(yard.training().status).toBe('submitted');
  });

  it('is taken back when it took too long to learn of it', async () => {
    await dispatch(losing({ replies: 1, tookMs: 90_000, ran: true }), yard.taken);
    expect(yard.done).not.toContain('submit');
    expect(yard.training()).toMatchObject({ status: 'queued', attemptsStarted: 1, attemptsSpent: 0 });
    expect(yard.done.at(-1)).toBe('postponed lock');
  });

  it('and whose training was cancelled meanwhile leaves no version that is being submitted, and no job', async () => {
    const deps = replacing('store', {
      start: async () => {
        yard.change({ status: 'cancelled', recorded: true, endedAt: 1 } as never);
        yard.pass(90_000);
        throw gone();
      },
    });
    expect(await dispatch(deps, yard.taken)).toMatchObject({ kind: 'taken_back' });
    expect(yard.versions).toMatchObject([{ status: 'cancelled' }]);
    expect(yard.done).toEqual(['finished lock cancelled']);
  });

  it('and that never ran finds another revision should it still come', async () => {
    const before = yard.training().rev;
    await dispatch(losing({ replies: 1, tookMs: 90_000, ran: false }), yard.taken);
    expect(yard.done).not.toContain('submit');
    expect(yard.training()).toMatchObject({ status: 'queued', attemptsStarted: 0 });
    expect(yard.training().rev).toBeGreaterThan(before);
  });
});

describe('a training that changed while it was prepared', () => {
  it('in its priority alone is sent as it was prepared', async () => {
    let opened = 0;
    const deps = opening(() => {
      opened += 1;
      yard.change({ priority: 3 });
    });
    expect(await dispatch(deps, yard.taken)).toMatchObject({ kind: 'submitted' });
    expect(opened).toBe(1);
    expect(yard.training()).toMatchObject({ status: 'submitted', priority: 3 });
  });

  it('into cancelled leaves no version that is being submitted, and no job', async () => {
    const deps = opening(() => yard.change({ status: 'cancelled', recorded: true, endedAt: 1 } as never));
    expect(await dispatch(deps, yard.taken)).toMatchObject({ kind: 'left', reason: 'not_queued' });
    expect(yard.versions).toMatchObject([{ status: 'cancelled' }]);
    expect(yard.done).toEqual(['finished lock cancelled']);
  });

  it('into one that waits goes back into the line', async () => {
    const deps = opening(() => yard.change({ notBefore: 2_000_000 } as never));
    expect(await dispatch(deps, yard.taken)).toMatchObject({ kind: 'left', reason: 'not_due' });
    expect(yard.done).toEqual(['postponed lock']);
  });

  it('into one that lives keeps its job, although another found it faulty (I8)', async () => {
    const deps = opening(() => {
      const attempt = { number: 1, nonce: 'other', jobToken: 'other' };
      yard.change({ status: 'submitting', attempt } as never);
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
      yard.taken,
    );
    expect(yard.done).toEqual([]);
    expect(yard.training().status).toBe('submitting');
  });
});

it('what was paused or closed meanwhile goes back into the line', async () => {
  const deps = replacing('store', { start: async () => 'closed' });
  expect(await dispatch(deps, yard.taken)).toMatchObject({ kind: 'left', reason: 'closed' });
  expect(yard.done).toEqual(['postponed lock']);
});

it('what is not due goes back into the line at once', async () => {
  yard.change({ notBefore: 2_000_000 } as never);
  expect(await dispatch(yard.deps, yard.taken)).toMatchObject({ kind: 'left', reason: 'not_due' });
  expect(yard.done).toEqual(['postponed lock']);
});

it('an attempt begins when it is started, not when it was prepared', async () => {
  await dispatch(
    opening(() => yard.pass(90_000)),
    yard.taken,
  );
  expect(yard.training()).toMatchObject({ attempt: { startedAt: 1_090_000 } });
});

it('a plan that grew old while its version was written is made anew', async () => {
  let opened = 0;
  const deps = opening(() => {
    opened += 1;
    if (opened === 1) yard.pass(10 * 60_000);
  });
  await dispatch(deps, yard.taken);
  const training = yard.training();
  expect(opened).toBe(2);
  expect(training.status === 'submitted' && new Date(training.attempt.attemptDeadline).toISOString()).toBe(
    yard.versions[0]!.dead_by,
  );
});

it('what is being prepared when the process is asked to end goes back into the line, unspent', async () => {
  const leaving = new AbortController();
  const deps = opening(() => leaving.abort());
  const dispatched = await dispatch({ ...deps, leaving: leaving.signal }, yard.taken);
  expect(dispatched).toMatchObject({ kind: 'left', reason: 'leaving' });
  expect(yard.done).toEqual(['postponed lock']);
  expect(yard.training()).toMatchObject({ status: 'queued', attemptsStarted: 0 });
});
