import type { Training } from '@trainyard/domain';
import { expect, it } from 'vitest';
import { openDispatchYard } from '../../test/dispatch-yard.ts';
import { type ReconcileDeps, reconcile } from '../reconcile/reconcile.ts';
import { cancel } from './control.ts';

const RUN = {
  ...{ number: 1, nonce: 'n', jobToken: 'lock', endpointId: 'ep', runId: 'run-1', outputKey: 'k' },
  ...{ modelName: 'm', versionName: 'V1', startedAt: 1, acceptedAt: 1, deadBy: 2 },
  ...{ executionTimeoutMs: 1, ttlMs: 1 },
};

/** A run that nobody knows any more and whose time is over, in a record without an epoch. */
const openRecord = async () => {
  const yard = await openDispatchYard();
  const held: { epoch?: string } = {};
  yard.change({ status: 'running', attempt: RUN, attemptsStarted: 1 } as unknown as Partial<Training>);
  const deps = {
    ...yard.deps,
    provider: { observe: async () => ({ kind: 'missing' }) },
    settings: { ...yard.deps.settings, outputLookup: [] },
    store: {
      ...yard.deps.store,
      webhookNotes: async () => [],
      control: async () => ({ bound: 2, paused: false, ...held }),
      establishEpoch: async (epoch: string) => {
        held.epoch ??= epoch;
        return held.epoch;
      },
    },
  } as unknown as ReconcileDeps;
  return { yard, deps, held };
};

it('a record that is not the living one neither ends a training nor grants a cancel, until it was recovered', async () => {
  const { yard, deps, held } = await openRecord();
  const before = yard.training();
  expect(await reconcile(deps, 't1')).toBe(30_000);
  await expect(cancel(deps, 't1', 'ana')).rejects.toThrow(
    expect.objectContaining({ code: 'recover_required' }),
  );
  expect(yard.training()).toBe(before);
  expect(held.epoch).toBeUndefined();
  held.epoch = 'e';
  await reconcile(deps, 't1');
  expect(yard.training().status).not.toBe('running');
});

it('a new record is introduced by whoever comes first, and works', async () => {
  const { yard, deps, held } = await openRecord();
  await deps.objects.delete('data/epoch.json');
  expect((await cancel(deps, 't1', 'ana')).status).toBe('cancelling');
  expect(held.epoch).toBe('nonce-0');
  expect(yard.training().cancelRequested).toMatchObject({ by: 'ana' });
});
