import type { Training } from '@trainyard/domain';
import { expect, it } from 'vitest';
import { createDispatchHarness } from '../../test/dispatch-harness.ts';
import { type ReconcileDeps, reconcile } from './reconcile.ts';
import { cancelTraining } from '../trainings/cancel.ts';

const RUN = {
  ...{ number: 1, nonce: 'n', lockToken: 'lock', endpointId: 'ep', runId: 'run-1', outputKey: 'k' },
  ...{ modelName: 'm', versionName: 'V1', startedAt: 1, acceptedAt: 1, attemptDeadline: 2 },
  ...{ executionTimeoutMs: 1, ttlMs: 1 },
};

/** A run that nobody knows any more and whose time is over, in a record without an epoch. */
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
      listWebhooks: async () => [],
      getControl: async () => ({ maxConcurrency: 2, paused: false, ...current }),
      establishEpoch: async (epoch: string) => {
        current.epoch ??= epoch;
        return current.epoch;
      },
    },
  } as unknown as ReconcileDeps;
  return { harness: harness, deps, held: current };
}

it('a record that is not the living one neither ends a training nor grants a cancel, until it was recovered', async () => {
  const { harness, deps, held } = await createRedis();
  const before = harness.training();
  expect(await reconcile(deps, 't1')).toBe(30_000);
  await expect(cancelTraining(deps, 't1', 'ana')).rejects.toThrow(
    expect.objectContaining({ code: 'recover_required' }),
  );
  expect(harness.training()).toBe(before);
  expect(held.epoch).toBeUndefined();
  held.epoch = 'e';
  await reconcile(deps, 't1');
  expect(harness.training().status).not.toBe('running');
});

it('a new record is introduced by whoever comes first, and works', async () => {
  const { harness, deps, held } = await createRedis();
  await deps.objects.delete('data/epoch.json');
  expect((await cancelTraining(deps, 't1', 'ana')).status).toBe('cancelling');
  expect(held.epoch).toBe('nonce-0');
  expect(harness.training().cancelRequested).toMatchObject({ by: 'ana' });
});
