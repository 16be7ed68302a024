import type { Training } from '@trainyard/domain';
import { describe, expect, it } from 'vitest';
import { createDispatchHarness } from '../../../test/dispatch-harness.ts';
import { checkEpoch } from '../epoch/epoch.ts';
import { recover } from './recover.ts';

type Deps = Parameters<typeof recover>[0];

const RUN = {
  number: 1,
  endpointId: 'ep',
  lockToken: 'lock',
  startedAt: 1,
  attemptDeadline: 9e9,
  runId: 'run-1',
};
const RUNNING = { status: 'running', attempt: RUN, attemptsStarted: 1 };
const COMPLETED = { ...RUNNING, status: 'completed', endedAt: 9, recorded: true, model: { loraUrl: 'u' } };

interface Copies {
  /** What the store was told of; Redis has come to 3. */
  readonly highWaterMark?: string;
  /** How the copies of journal and Redis differ from a training that waits; without the former it is owed. */
  readonly journal?: object;
  readonly redis: object;
  /** The attempt that its history tells of. */
  readonly version?: number;
}

/** The ports of a Redis that was put back from an old copy, unless its highWaterMark says otherwise. */
function createPorts(redis: {
  current: Training;
  pending: boolean;
  epoch?: string | undefined;
  highWaterMark: string;
}) {
  const store: Partial<Deps['store']> = {
    load: async () => redis.current,
    restore: async (training, before) => {
      if (before !== redis.current) return 'known';
      redis.current = training;
      return 'restored';
    },
    listPendingBackups: async () => (redis.pending ? [{ trainingId: 't1', rev: redis.current.rev }] : []),
    markBackedUp: async () => {
      redis.pending = false;
    },
    getControl: async () => ({
      maxConcurrency: 2,
      paused: false,
      highWaterMark: redis.highWaterMark,
      ...(redis.epoch && { epoch: redis.epoch }),
    }),
    fence: async () => {
      redis.epoch = undefined;
    },
    advanceHighWaterMark: async (_from, to) => {
      redis.highWaterMark = to;
    },
    establishEpoch: async (epoch) => {
      redis.epoch ??= epoch;
      return redis.epoch;
    },
  };
  return store;
}

async function openRecovery({ highWaterMark = '9.old', journal, redis, version }: Copies) {
  const harness = await createDispatchHarness();
  const { objects } = harness.deps;
  await objects.put('data/epoch.json', JSON.stringify({ epoch: 'e', highWaterMark: highWaterMark }));
  const queued = harness.training();
  if (journal) await objects.put('trainings/t1.json', JSON.stringify({ ...queued, ...journal }));
  if (version !== undefined)
    harness.versions.push({ name: 'V1', training_id: 't1', attempt: version } as never);
  const current = { ...queued, ...redis } as Training;
  const state = { current, pending: journal === undefined, epoch: 'e', highWaterMark: '3.now' };
  const withdrawn: string[] = [];
  const deps = {
    ...harness.deps,
    store: { ...harness.deps.store, ...createPorts(state) },
    queue: { ...harness.deps.queue, remove: async (id: string) => void withdrawn.push(id) },
    batches: { restore: async () => 'known', listPendingBackups: async () => [] },
  } as unknown as Deps;
  return { deps, withdrawn, held: () => state.current };
}

/** What became of it, as a dry run had told before without changing anything. */
async function recoverCopies(copies: Copies) {
  const { deps, withdrawn, held: current } = await openRecovery(copies);
  const before = current();
  const planned = await recover(deps, { dryRun: true });
  expect(current()).toBe(before);
  const { trainings, opened } = await recover(deps);
  if (copies.journal) expect(planned.trainings).toEqual(trainings);
  expect(opened).toBe(true);
  expect(await checkEpoch(deps)).toBe('current');
  expect((await recover(deps)).trainings).toMatchObject([{ action: 'known' }]);
  return { action: trainings[0]!.action, training: current(), withdrawn };
}

describe('a training of which Redis holds an older copy', () => {
  it('is as the journal has it', async () => {
    const { action, training, withdrawn } = await recoverCopies({
      journal: { ...RUNNING, rev: 5 },
      redis: { rev: 2 },
    });
    expect(action).toBe('restored');
    expect(training).toMatchObject({ ...RUNNING, rev: 10_000_005 });
    expect(withdrawn).toEqual([]);
  });

  it('is so too when that copy was worked on since and counts more revisions: a begun attempt is not forgotten', async () => {
    const { training } = await recoverCopies({
      journal: { ...RUNNING, rev: 4 },
      redis: { rev: 7, priority: 1 },
    });
    expect(training).toMatchObject({ ...RUNNING, rev: 10_000_007 });
  });

  it('has ended where the journal says so, and waits in no line any more', async () => {
    const { training, withdrawn } = await recoverCopies({
      journal: { ...COMPLETED, rev: 6 },
      redis: { rev: 2 },
    });
    expect(training).toMatchObject({ status: 'completed', rev: 10_000_006 });
    expect(withdrawn).toEqual(['t1']);
    const worked = await recoverCopies({ journal: { ...COMPLETED, rev: 6 }, redis: { ...RUNNING, rev: 9 } });
    expect(worked.training).toMatchObject({ status: 'completed', rev: 10_000_009 });
  });

  it('keeps the end that the journal tells of where that copy came to another, and the history is told of it again', async () => {
    const failed = {
      ...RUNNING,
      status: 'failed',
      endedAt: 12,
      recorded: true,
      failure: { message: 'lost' },
    };
    const { action, training } = await recoverCopies({
      journal: { ...COMPLETED, rev: 10 },
      redis: { ...failed, rev: 11 },
    });
    expect(action).toBe('restored');
    expect(training).toMatchObject({ ...COMPLETED, recorded: false, rev: 10_000_011 });
    expect(training).not.toHaveProperty('failure');
    const again = { attempt: { ...RUN, number: 2 }, attemptsStarted: 2 };
    const longer = await recoverCopies({
      journal: { ...COMPLETED, rev: 10 },
      redis: { ...failed, ...again, rev: 20 },
    });
    expect(longer.training).toMatchObject({ ...COMPLETED, recorded: false, rev: 10_000_020 });
  });

  it('is cancelled still where a person was told so by that copy', async () => {
    const cancelRequested = { at: 7, by: 'ana' };
    const cancelled = { status: 'cancelled', cancelRequested, endedAt: 7, recorded: false, rev: 4 };
    const running = await recoverCopies({ journal: { ...RUNNING, rev: 9 }, redis: cancelled });
    expect(running.training).toMatchObject({ status: 'cancelling', attempt: RUN, cancelRequested });
    expect(running.withdrawn).toEqual([]);
    const queued = await recoverCopies({ journal: { attemptsStarted: 1, rev: 9 }, redis: cancelled });
    expect(queued.training).toMatchObject({ status: 'cancelled', attemptsStarted: 1, cancelRequested });
    expect(queued.withdrawn).toEqual(['t1']);
    const wished = { ...RUNNING, status: 'cancelling', cancelRequested, rev: 4 };
    const again = { ...RUNNING, attempt: { ...RUN, number: 2 }, attemptsStarted: 2, rev: 9 };
    expect((await recoverCopies({ journal: again, redis: wished })).training).toMatchObject({
      status: 'cancelling',
      attempt: { number: 2 },
      cancelRequested,
    });
    const ended = await recoverCopies({ journal: { ...COMPLETED, rev: 9 }, redis: wished });
    expect(ended.training).toMatchObject({ ...COMPLETED, rev: 10_000_009 });
  });

  it('is in doubt about an attempt that its history alone tells of, whichever copy is newer', async () => {
    for (const [journal, redis] of [
      [2, 1],
      [1, 2],
      [1, 1],
    ] as const) {
      const { action, training } = await recoverCopies({
        journal: { rev: journal },
        redis: { rev: redis },
        version: 1,
      });
      expect(action).toBe('unconfirmed');
      expect(training).toMatchObject({ status: 'unconfirmed', attemptsStarted: 1, attempt: { number: 1 } });
    }
  });

  it('is in doubt too when the journal does not know it at all', async () => {
    const { training } = await recoverCopies({ redis: { rev: 1 }, version: 1 });
    expect(training).toMatchObject({ status: 'unconfirmed', attempt: { number: 1 } });
  });
});

describe('a training of which Redis holds the newer copy', () => {
  it('stays as it is', async () => {
    const { action, training } = await recoverCopies({ journal: { rev: 1 }, redis: { ...RUNNING, rev: 4 } });
    expect(action).toBe('known');
    expect(training).toMatchObject({ ...RUNNING, rev: 4 });
  });

  it('is not doubted for a version that is just being prepared, while the record is the living one', async () => {
    const { action } = await recoverCopies({
      highWaterMark: '3.now',
      journal: { rev: 1 },
      redis: { rev: 1 },
      version: 1,
    });
    expect(action).toBe('known');
  });
});
