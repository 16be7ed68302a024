import { DEFAULT_ESTIMATE_BASIS } from '@trainyard/domain';
import { expect, it } from 'vitest';
import { createMemorySystem } from '../../test/memory-system.ts';
import { changeBatchBudget } from '../budgets/release.ts';
import type { Deps } from '../deps.ts';
import { UnreadableTrainingError } from '../errors.ts';
import { repair } from '../versions/repair.ts';

const settings = {
  estimate: { ...DEFAULT_ESTIMATE_BASIS, usdPerSecond: 0.00076 },
  gpuType: 'A100',
  price: { gpuType: 'A100', asOf: '2026-01-01' },
};

/** The ports with a store in which one training is unreadable. */
function withUnreadable(deps: Deps, badId: string): Deps {
  const assertReadable = (ids: readonly string[]) => {
    if (ids.includes(badId)) throw new UnreadableTrainingError(badId, 'it has layout 9');
  };
  const store: Deps['store'] = {
    ...deps.store,
    list: async (query) => {
      const page = await deps.store.list(query);
      assertReadable(page.items.map(({ id }) => id));
      return page;
    },
    loadAll: async (ids) => {
      assertReadable(ids);
      return deps.store.loadAll(ids);
    },
  };
  return { ...deps, store };
}

it('a repair names an unreadable training, and repairs the versions of the others', async () => {
  const system = await createMemorySystem();
  const [bad, good] = [await system.accept(), await system.accept()];
  await system.waitForStatus(bad, 'completed');
  await system.waitForStatus(good, 'completed');
  const { deps } = system;
  const manifests: Deps['manifests'] = { ...deps.manifests, listVersions: async () => [] };
  const catalogue = {
    listActors: async () => [],
    listStyles: async () => [],
    listFaults: async () => ({ unreadable: [], converted: [], ambiguous: [] }),
  } as unknown as Deps['catalogue'];
  const found = await repair({ ...withUnreadable(deps, bad.id), manifests, catalogue }, { dryRun: true });
  expect(found).toMatchObject([
    { what: 'unreadable', trainingId: bad.id, from: expect.stringContaining('different version') },
    { what: 'version_missing', trainingId: good.id },
  ]);
});

it('a raised batch budget releases the held trainings beside an unreadable one', async () => {
  const system = await createMemorySystem({ settings });
  const batch = { batchId: 'b1', batchBudgetUsd: 3, onBudget: 'hold' } as const;
  await system.accept(batch);
  const [bad, held] = [await system.accept(batch), await system.accept(batch)];
  expect([bad, held]).toMatchObject([{ hold: { of: 'batch' } }, { hold: { of: 'batch' } }]);
  const released = await changeBatchBudget(withUnreadable(system.deps, bad.id), 'b1', {
    budgetUsd: 30,
    by: 'ana',
  });
  expect(released.map(({ id }) => id)).toEqual([held.id]);
});
