import type { Subject, Verdict } from '@trainyard/domain';
import { expect, it } from 'vitest';
import type { VersionEntry } from '../ports/storage/manifests.ts';
import { markGood, markTrainingDataGood } from './mark-good.ts';

const subject = { kind: 'actor', id: '0019' } as const satisfies Subject;
type MarkGoodDeps = Parameters<typeof markGood>[0];

/** A version and both flags; each write of a catalogue flag waits for the next promise in `gates`. */
function createTestDeps(gates: Promise<void>[]) {
  const state = { good: false, dataGood: false, flags: {} as Record<string, boolean> };
  const version = (): VersionEntry =>
    ({ id: 'v1', name: 'V1', status: 'completed', good: state.good }) as VersionEntry;
  const manifests = {
    listVersions: async () => [version()],
    setVerdicts: async (_: Subject, verdicts: ReadonlyMap<string, Verdict | null>) => {
      state.good = verdicts.get('v1') === 'good';
      return [version()];
    },
    setTrainingDataGood: async (_: Subject, dataGood: boolean) => void Object.assign(state, { dataGood }),
    getGoodFlags: async () => ({ trainingDataGood: state.dataGood, customModelsGood: state.good }),
  };
  const catalogue = {
    hasSubject: async () => true,
    setActorFlags: async (_: string, flags: Record<string, boolean>) => {
      await gates.shift();
      Object.assign(state.flags, flags);
    },
  };
  return { state, deps: { manifests, catalogue } as unknown as MarkGoodDeps };
}

it('copies the flag that the manifest kept when two operators mark a version at once', async () => {
  const late = Promise.withResolvers<void>();
  const { deps, state } = createTestDeps([late.promise]);
  const first = markGood(deps, subject, { versionId: 'V1', good: true });
  await expect.poll(() => state.good).toBe(true);
  await markGood(deps, subject, { versionId: 'V1', good: false });
  late.resolve();
  await first;
  expect(state).toMatchObject({ good: false, flags: { customModelsGood: false } });
});

it('copies the flag that the manifest kept when two operators mark training data at once', async () => {
  const late = Promise.withResolvers<void>();
  const { deps, state } = createTestDeps([late.promise]);
  const first = markTrainingDataGood(deps, '0019', true);
  await expect.poll(() => state.dataGood).toBe(true);
  await markTrainingDataGood(deps, '0019', false);
  late.resolve();
  await first;
  expect(state).toMatchObject({ dataGood: false, flags: { trainingDataGood: false } });
});
