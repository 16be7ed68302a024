import { type Deps, markGood, markTrainingDataGood, repair } from '@trainyard/application';
import { describe, expect, it, onTestFinished } from 'vitest';
import { createCatalogue, createManifests } from '../src/index.ts';
import { newFolderStore } from './stores.ts';
import { startWorker } from './worker-process.ts';

const actor = { kind: 'actor', id: '0019' } as const;
const style = { kind: 'style', id: '16' } as const;
const completed = { id: 'x', name: 'V1', status: 'completed', loraUrl: 's3://local/m.safetensors' };

/**
 * A store with a completed version of an actor and of a style, marked by a process that was killed between
 * its two writes.
 */
async function interruptMarkGood(what: 'actor' | 'style' | 'data') {
  const opened = await newFolderStore();
  onTestFinished(() => opened.close());
  const store = opened.port;
  await store.put('data/actors.json', '[{"id":"0019"}]');
  await store.put('data/styles.json', '[{"id":"16"}]');
  const catalogue = createCatalogue(store);
  const manifests = createManifests(store, catalogue);
  for (const subject of [actor, style])
    await manifests.upsertVersion(subject, completed, '2026-11-22T12:00:00Z');
  const worker = startWorker(new URL('./workers/mark-good.ts', import.meta.url), opened, [what]);
  await worker.waitForMessages(1);
  worker.child.kill('SIGKILL');
  await worker.exitCode;
  const stateStore: Partial<Deps['store']> = { list: async () => ({ items: [] }) };
  const deps = { catalogue, manifests, store: stateStore, settings: {} } as unknown as Deps;
  const flags = async () => ({
    actor: (await catalogue.findActor('0019'))?.customModelsGood,
    data: (await catalogue.findActor('0019'))?.trainingDataGood,
    style: (await catalogue.findStyle('16'))?.customModelsGood,
  });
  return { deps, flags, store };
}

describe.each(['actor', 'style', 'data'] as const)(
  'markGood (%s) in a process that was killed between its two writes',
  (what) => {
    it('leaves the flag in the manifest only, and repair copies it to the catalogue', async () => {
      const { deps, flags } = await interruptMarkGood(what);
      expect((await flags())[what]).toBe(false);
      expect(await repair(deps)).toMatchObject([{ what: 'flag' }]);
      expect(await flags()).toEqual({ actor: false, data: false, style: false, [what]: true });
      expect(await repair(deps)).toEqual([]);
    });

    it('is completed by a repetition and can be reversed', async () => {
      const { deps, flags } = await interruptMarkGood(what);
      const mark = async (good: boolean) => {
        if (what === 'data') await markTrainingDataGood(deps, '0019', good);
        else await markGood(deps, what === 'actor' ? actor : style, { versionId: 'V1', good });
        return (await flags())[what];
      };
      expect(await mark(true)).toBe(true);
      expect(await mark(false)).toBe(false);
      expect(await repair(deps)).toEqual([]);
    });
  },
);

describe('repair', () => {
  it('reports a corrupt manifest, leaves it unchanged, and continues', async () => {
    const { deps, flags, store } = await interruptMarkGood('style');
    const key = 'data/actor_manifests/0019_manifest.json';
    await store.put(key, '{"versions": [');
    expect(await repair(deps)).toMatchObject([
      { subject: actor, what: 'unreadable', from: expect.stringContaining(key) },
      { subject: style, what: 'flag' },
    ]);
    expect((await flags()).style).toBe(true);
    expect((await store.head(key))?.sizeBytes).toBe(14);
  });

  it('reports an unreadable entry of the catalogue and repairs the flags of the others', async () => {
    const { deps, flags, store } = await interruptMarkGood('actor');
    await store.put('data/actors.json', '[{"id":"9001","training_data":{"count":"many"}},{"id":"0019"}]');
    const unreadable = { what: 'unreadable', from: expect.stringContaining('9001') };
    expect(await repair(deps)).toMatchObject([{ subject: actor, what: 'flag' }, unreadable]);
    expect((await flags()).actor).toBe(true);
    expect(await repair(deps)).toMatchObject([unreadable]);
  });

  it.each([
    ['two entries', 'data/actors.json', '[{"id":"0019"},{"id":19}]'],
    ['two manifests', 'data/actor_manifests/19_manifest.json', '{"versions":[]}'],
  ])('reports %s of one actor and continues', async (_, key, text) => {
    const { deps, store } = await interruptMarkGood('style');
    await store.put('data/actor_manifests/0019_manifest.json', '{"custom_models_good":true}');
    await store.put(key, text);
    expect(await repair(deps)).toMatchObject([
      { subject: actor, what: 'unreadable', from: expect.stringContaining('0019') },
      { subject: style, what: 'flag' },
    ]);
    expect(await repair(deps)).toEqual([expect.objectContaining({ subject: actor, what: 'unreadable' })]);
  });
});
