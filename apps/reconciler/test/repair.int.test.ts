import { cancelTraining, markGood, repair } from '@trainyard/application';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { openTestSystem, type TestSystem } from './test-system.ts';

let system: TestSystem;
beforeEach(async () => {
  system = await openTestSystem();
});
afterEach(() => system.close());

it('a lost manifest is rebuilt from the state store, and a flag of the catalogue from the manifest', async () => {
  const { deps } = system;
  await deps.objects.put(
    'data/actors.json',
    JSON.stringify([{ id: '0019', name: '0019', training_data: { s3_urls: [] } }]),
  );
  const subject = { kind: 'actor', id: '0019' } as const;
  const training = await system.accept({ subject });
  await system.waitForStatus(training, 'completed');
  expect(await repair(deps)).toEqual([]);

  await deps.objects.delete('data/actor_manifests/0019_manifest.json');
  expect(await repair(deps, { dryRun: true })).toMatchObject([
    { what: 'version_missing', trainingId: training.id },
  ]);
  expect(await deps.manifests.listVersions(subject)).toEqual([]);
  await repair(deps);
  expect(await deps.manifests.listVersions(subject)).toMatchObject([
    { name: 'V1', status: 'completed', training_id: training.id },
  ]);

  await deps.store.setControl({ paused: true });
  const ended = await system.accept({ subject });
  const opened = { training_id: ended.id, status: 'submitting' } as never;
  await deps.manifests.openVersion(subject, opened);
  await cancelTraining(deps, ended.id, 'ana');
  await expect
    .poll(async () => (await deps.store.load(ended.id)) as object)
    .toMatchObject({ recorded: true });
  await deps.manifests.finalizeVersion(subject, { ...(opened as object), name: 'V2' } as never);
  expect(await repair(deps)).toMatchObject([{ what: 'version_outdated', from: { status: 'submitting' } }]);
  expect((await deps.manifests.listVersions(subject))[1]).toMatchObject({ name: 'V2', status: 'cancelled' });

  await markGood(deps, subject, { versionId: 'V1', good: true });
  await deps.catalogue.setActorFlags('0019', { customModelsGood: false });
  expect(await repair(deps)).toMatchObject([{ what: 'flag', to: { customModelsGood: true } }]);
  expect((await deps.catalogue.findActor('0019'))!.customModelsGood).toBe(true);
  expect(await repair(deps)).toEqual([]);
});
