import type { Training } from '@trainyard/domain';
import { describe, expect, it } from 'vitest';
import { createDispatchHarness } from '../../test/dispatch-harness.ts';
import { cancelTraining } from '../trainings/cancel.ts';
import { resolveTraining } from '../trainings/resolve.ts';
import { type ReconcileDeps, reconcile } from './reconcile.ts';

const RUN = {
  ...{ number: 1, nonce: 'n', lockToken: 'lock', endpointId: 'ep', runId: 'run-1', outputKey: 'k' },
  ...{ modelName: 'm', versionName: 'V1', startedAt: 1, acceptedAt: 1, attemptDeadline: 2 },
  ...{ executionTimeoutMs: 1, ttlMs: 1 },
};

/** A running training past its deadline whose run is missing, in a Redis without an epoch. */
async function createRedis() {
  const harness = await createDispatchHarness();
  const current: { epoch?: string } = {};
  harness.changeTraining({
    status: 'running',
    attempt: RUN,
    attemptsStarted: 1,
  } as unknown as Partial<Training>);
  const deps = {
    ...harness.deps,
    provider: { observe: async () => ({ kind: 'missing' }) },
    settings: { ...harness.deps.settings, outputLookup: [] },
    store: {
      ...harness.deps.store,
      recordRunCheck: async () => undefined,
      listWebhooks: async () => [],
      getControl: async () => ({ maxConcurrency: 2, paused: false, ...current }),
      establishEpoch: async (epoch: string) => {
        current.epoch ??= epoch;
        return current.epoch;
      },
    },
  } as unknown as ReconcileDeps;
  return { harness, deps, current };
}

describe('a Redis without an epoch', () => {
  it('ends no training and rejects a cancel and a resolution of an operator until its recovery', async () => {
    const { harness, deps, current } = await createRedis();
    const before = harness.training();
    expect(await reconcile(deps, 't1')).toBe(30_000);
    await expect(cancelTraining(deps, 't1', 'ana')).rejects.toThrow(
      expect.objectContaining({ code: 'recover_required' }),
    );
    await expect(
      resolveTraining(deps, 't1', { action: 'fail', attempt: 1, runIsDead: true }),
    ).rejects.toThrow(expect.objectContaining({ code: 'recover_required' }));
    expect(harness.training()).toBe(before);
    expect(current.epoch).toBeUndefined();
    current.epoch = 'e';
    await reconcile(deps, 't1');
    expect(harness.training().status).not.toBe('running');
  });

  it('gets its epoch from the first process when it is new', async () => {
    const { harness, deps, current } = await createRedis();
    await deps.objects.delete('data/epoch.json');
    expect((await cancelTraining(deps, 't1', 'ana')).status).toBe('cancelling');
    expect(current.epoch).toBe('nonce-0');
    expect(harness.training().cancelRequested).toMatchObject({ by: 'ana' });
  });
});
