import { beforeEach, describe, expect, it } from 'vitest';
import { createDispatchHarness, type DispatchHarness } from '../../test/dispatch-harness.ts';
import type { Deps } from '../deps.ts';
import { ObjectStoreError } from '../ports/object-store.ts';
import type { ActiveJob, ClaimedJob } from '../ports/training-consumer.ts';
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

it('takes an abandoned job over, also behind one that cannot be swept', async () => {
  await rescueJobs([buildActiveJob({ trainingId: 'unreadable' }), buildActiveJob({})]);
  expect(adopted).toMatchObject([{ trainingId: 't1', previousLockToken: 'lock' }]);
});

it('leaves a job that was just taken, by whichever clock', async () => {
  await rescueJobs([buildActiveJob({ heldForMs: 0.1 }), buildActiveJob({ heldForMs: -0.1 })]);
  expect(adopted).toEqual([]);
});

it('takes over a job that was taken before the clock was set back', async () => {
  await rescueJobs([buildActiveJob({ heldForMs: -3_600_000 })]);
  expect(adopted).toHaveLength(1);
});

describe('a job whose training ended while it was being prepared', () => {
  const dead = async () => {
    await harness.deps.manifests.openVersion({ kind: 'actor', id: '0001' }, {
      training_id: 't1',
      status: 'submitting',
    } as Parameters<DispatchHarness['deps']['manifests']['openVersion']>[1]);
    harness.changeTraining({ status: 'cancelled', recorded: true, endedAt: 1 } as never);
  };

  it('is left to the one who prepares it for a while', async () => {
    await dead();
    await rescueJobs([buildActiveJob({ heldForMs: 0.1 })]);
    expect(harness.calls).toEqual([]);
  });

  it('has its version closed by another when that one died (I5)', async () => {
    await dead();
    await rescueJobs([buildActiveJob({})]);
    expect(harness.versions).toMatchObject([{ status: 'cancelled' }]);
    expect(harness.calls).toEqual(['finished lock cancelled']);
  });

  it('stays until the store is back, and no longer than that', async () => {
    await dead();
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
