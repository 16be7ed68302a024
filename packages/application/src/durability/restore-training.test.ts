import type { Training } from '@trainyard/domain';
import { describe, expect, it } from 'vitest';
import { createDispatchHarness } from '../../test/dispatch-harness.ts';
import { checkEpoch } from './epoch.ts';
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
  /** The published mark; Redis has the mark 3. */
  readonly highWaterMark?: string;
  /** How the copies of backup and Redis differ from a queued training; without a backup the training is pending. */
  readonly backup?: object;
  readonly redis: object;
  /** The attempt of the version in the manifest. */
  readonly version?: number;
}

/** The ports of a Redis that was restored from an old copy, unless its high-water mark is current. */
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

async function openRecovery({ highWaterMark = '9.old', backup, redis, version }: Copies) {
  const harness = await createDispatchHarness();
  const { objects } = harness.deps;
  await objects.put('data/epoch.json', JSON.stringify({ layout: 4, epoch: 'e', highWaterMark }));
  const queued = harness.training();
  if (backup) await objects.put('trainings/t1.json', JSON.stringify({ layout: 4, ...queued, ...backup }));
  if (version !== undefined)
    harness.versions.push({ name: 'V1', training_id: 't1', attempt: version } as never);
  const current = { ...queued, ...redis } as Training;
  const state = { current, pending: backup === undefined, epoch: 'e', highWaterMark: '3.now' };
  const removedJobs: string[] = [];
  const deps = {
    ...harness.deps,
    store: { ...harness.deps.store, ...createPorts(state) },
    queue: { ...harness.deps.queue, remove: async (id: string) => void removedJobs.push(id) },
    batches: { restore: async () => 'known', listPendingBackups: async () => [] },
  } as unknown as Deps;
  return { deps, removedJobs, held: () => state.current };
}

/** Recovers the copies; a dry run before it reports the same changes without making them. */
async function recoverCopies(copies: Copies) {
  const { deps, removedJobs, held: current } = await openRecovery(copies);
  const before = current();
  const planned = await recover(deps, { dryRun: true });
  expect(current()).toBe(before);
  const { trainings, opened } = await recover(deps);
  if (copies.backup) expect(planned.trainings).toEqual(trainings);
  expect(opened).toBe(true);
  expect(await checkEpoch(deps)).toBe('current');
  expect((await recover(deps)).trainings).toMatchObject([{ action: 'known' }]);
  return { action: trainings[0]!.action, training: current(), removedJobs };
}

describe('a recovered training with an older copy in Redis', () => {
  it('is restored from the backup', async () => {
    const { action, training, removedJobs } = await recoverCopies({
      backup: { ...RUNNING, rev: 5 },
      redis: { rev: 2 },
    });
    expect(action).toBe('restored');
    expect(training).toMatchObject({ ...RUNNING, rev: 10_000_005 });
    expect(removedJobs).toEqual([]);
  });

  it('keeps the started attempt of the backup although the old copy has more revisions', async () => {
    const { training } = await recoverCopies({
      backup: { ...RUNNING, rev: 4 },
      redis: { rev: 7, priority: 1 },
    });
    expect(training).toMatchObject({ ...RUNNING, rev: 10_000_007 });
  });

  it('is ended by the backup, and its job is removed from the queue', async () => {
    const { training, removedJobs } = await recoverCopies({
      backup: { ...COMPLETED, rev: 6 },
      redis: { rev: 2 },
    });
    expect(training).toMatchObject({ status: 'completed', rev: 10_000_006 });
    expect(removedJobs).toEqual(['t1']);
    const worked = await recoverCopies({ backup: { ...COMPLETED, rev: 6 }, redis: { ...RUNNING, rev: 9 } });
    expect(worked.training).toMatchObject({ status: 'completed', rev: 10_000_009 });
  });

  it('keeps the end of the backup against a different end in Redis, and is written to the manifest again', async () => {
    const failed = {
      ...RUNNING,
      status: 'failed',
      endedAt: 12,
      recorded: true,
      failure: { message: 'lost' },
    };
    const { action, training } = await recoverCopies({
      backup: { ...COMPLETED, rev: 10 },
      redis: { ...failed, rev: 11 },
    });
    expect(action).toBe('restored');
    expect(training).toMatchObject({ ...COMPLETED, recorded: false, rev: 10_000_011 });
    expect(training).not.toHaveProperty('failure');
    const again = { attempt: { ...RUN, number: 2 }, attemptsStarted: 2 };
    const longer = await recoverCopies({
      backup: { ...COMPLETED, rev: 10 },
      redis: { ...failed, ...again, rev: 20 },
    });
    expect(longer.training).toMatchObject({ ...COMPLETED, recorded: false, rev: 10_000_020 });
  });

  it('keeps the cancellation that only the old copy has', async () => {
    const cancelRequested = { at: 7, by: 'ana' };
    const cancelled = { status: 'cancelled', cancelRequested, endedAt: 7, recorded: false, rev: 4 };
    const running = await recoverCopies({ backup: { ...RUNNING, rev: 9 }, redis: cancelled });
    expect(running.training).toMatchObject({ status: 'cancelling', attempt: RUN, cancelRequested });
    expect(running.removedJobs).toEqual([]);
    const queued = await recoverCopies({ backup: { attemptsStarted: 1, rev: 9 }, redis: cancelled });
    expect(queued.training).toMatchObject({ status: 'cancelled', attemptsStarted: 1, cancelRequested });
    expect(queued.removedJobs).toEqual(['t1']);
    const cancelling = { ...RUNNING, status: 'cancelling', cancelRequested, rev: 4 };
    const again = { ...RUNNING, attempt: { ...RUN, number: 2 }, attemptsStarted: 2, rev: 9 };
    expect((await recoverCopies({ backup: again, redis: cancelling })).training).toMatchObject({
      status: 'cancelling',
      attempt: { number: 2 },
      cancelRequested,
    });
    const ended = await recoverCopies({ backup: { ...COMPLETED, rev: 9 }, redis: cancelling });
    expect(ended.training).toMatchObject({ ...COMPLETED, rev: 10_000_009 });
  });

  it('becomes unconfirmed for an attempt that only the manifest has, whichever copy is newer', async () => {
    for (const [backup, redis] of [
      [2, 1],
      [1, 2],
      [1, 1],
    ] as const) {
      const { action, training } = await recoverCopies({
        backup: { rev: backup },
        redis: { rev: redis },
        version: 1,
      });
      expect(action).toBe('unconfirmed');
      expect(training).toMatchObject({ status: 'unconfirmed', attemptsStarted: 1, attempt: { number: 1 } });
    }
  });

  it('becomes unconfirmed for an attempt of the manifest when it has no backup', async () => {
    const { training } = await recoverCopies({ redis: { rev: 1 }, version: 1 });
    expect(training).toMatchObject({ status: 'unconfirmed', attempt: { number: 1 } });
  });
});

describe('a recovered training with the newer copy in Redis', () => {
  it('stays unchanged', async () => {
    const { action, training } = await recoverCopies({ backup: { rev: 1 }, redis: { ...RUNNING, rev: 4 } });
    expect(action).toBe('known');
    expect(training).toMatchObject({ ...RUNNING, rev: 4 });
  });

  it('stays queued while Redis is current and a dispatcher prepares its version', async () => {
    const { action } = await recoverCopies({
      highWaterMark: '3.now',
      backup: { rev: 1 },
      redis: { rev: 1 },
      version: 1,
    });
    expect(action).toBe('known');
  });
});
