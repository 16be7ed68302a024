import { beforeEach, describe, expect, it } from 'vitest';
import { createDispatchHarness, type DispatchHarness } from '../../test/dispatch-harness.ts';
import type { Deps } from '../deps.ts';
import { ObjectStoreError } from '../errors.ts';
import type { ActiveJob, ClaimedJob } from '../ports/training-queue.ts';
import { rescueOrphanedJobs } from './rescue-orphans.ts';

let harness: DispatchHarness;
let adopted: ClaimedJob[];
beforeEach(async () => {
  harness = await createDispatchHarness();
  adopted = [];
});

function buildActiveJob(overrides: Partial<ActiveJob>): ActiveJob {
  return {
    trainingId: 't1',
    lockToken: 'lock',
    exists: true,
    heldForMs: 1_000,
    ...overrides,
  };
}
function rescueJobs(jobs: readonly ActiveJob[]) {
  return rescueOrphanedJobs(
    {
      ...harness.deps,
      deliveries: { addNotification: async () => undefined } as unknown as Deps['deliveries'],
      store: {
        ...harness.deps.store,
        listActiveAttempts: async () => [],
        recordReading: async () => ({}),
        load: async (id) => {
          if (id === 'unreadable') throw new SyntaxError('not JSON');
          return harness.deps.store.load(id);
        },
      },
      consumer: { listActive: async () => jobs, removeFromActive: async () => undefined },
      adopt: (job) => adopted.push(job),
    },
    true,
  );
}

describe('an attempt without an active job', () => {
  async function readAlarm(attempt: object) {
    harness.changeTraining({ status: 'unconfirmed', attempt: { number: 1, ...attempt } } as never);
    const readings: unknown[] = [];
    await rescueOrphanedJobs(
      {
        ...harness.deps,
        deliveries: { addNotification: async () => undefined } as unknown as Deps['deliveries'],
        store: {
          ...harness.deps.store,
          listActiveAttempts: async () => [{ trainingId: 't1', attempt: 1, since: 0 }],
          loadAll: async () => [harness.training()],
          recordReading: async (_, { detail }) => {
            readings.push(detail);
            return {};
          },
        },
        consumer: { listActive: async () => [], removeFromActive: async () => undefined },
        adopt: () => undefined,
      },
      true,
    );
    return readings;
  }

  it('raises the alarm, unless its job was finished with a run that it returned', async () => {
    expect(await readAlarm({})).toEqual([{ attempts: [{ training_id: 't1', attempt: 1 }] }]);
    expect(await readAlarm({ jobFinished: true })).toEqual([undefined]);
  });
});

describe('the rescue of orphaned jobs', () => {
  it('adopts an orphaned job also after an unreadable training', async () => {
    await rescueJobs([buildActiveJob({ trainingId: 'unreadable' }), buildActiveJob({})]);
    expect(adopted).toMatchObject([{ trainingId: 't1', previousLockToken: 'lock' }]);
  });

  it('ignores a job claimed just now, also by a skewed clock', async () => {
    await rescueJobs([buildActiveJob({ heldForMs: 0.1 }), buildActiveJob({ heldForMs: -0.1 })]);
    expect(adopted).toEqual([]);
  });

  it('adopts a job claimed before the clock was set back', async () => {
    await rescueJobs([buildActiveJob({ heldForMs: -3_600_000 })]);
    expect(adopted).toHaveLength(1);
  });
});

describe('the job of a training that ended during its preparation', () => {
  const endTraining = async () => {
    await harness.deps.manifests.openVersion({ kind: 'actor', id: '0001' }, {
      training_id: 't1',
      status: 'submitting',
    } as Parameters<DispatchHarness['deps']['manifests']['openVersion']>[1]);
    harness.changeTraining({ status: 'cancelled', recorded: true, endedAt: 1 } as never);
  };

  it('stays active for 30 s, while its dispatcher may still be preparing it', async () => {
    await endTraining();
    await rescueJobs([buildActiveJob({ heldForMs: 0.1 })]);
    expect(harness.calls).toEqual([]);
  });

  it('is finished after its version is closed when its dispatcher ended (I5)', async () => {
    await endTraining();
    await rescueJobs([buildActiveJob({})]);
    expect(harness.versions).toMatchObject([{ status: 'cancelled' }]);
    expect(harness.calls).toEqual(['finished lock cancelled']);
  });

  it('stays active while the object store is unavailable, and is finished when the object store refuses', async () => {
    await endTraining();
    const { manifests } = harness.deps;
    const failing = (retryable: boolean) => {
      const error = new ObjectStoreError('k', 'no', { retryable });
      harness = {
        ...harness,
        deps: { ...harness.deps, manifests: { ...manifests, listVersions: () => Promise.reject(error) } },
      };
    };
    failing(true);
    await rescueJobs([buildActiveJob({})]);
    expect(harness.calls).toEqual([]);
    failing(false);
    await rescueJobs([buildActiveJob({})]);
    expect(harness.calls).toEqual(['finished lock cancelled']);
  });
});
