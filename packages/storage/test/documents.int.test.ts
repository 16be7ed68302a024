import { createMemoryObjectStore } from '@trainyard/application';
import { catalogueContract, manifestsContract } from '@trainyard/application/testing';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createCatalogue, createManifests } from '../src/index.ts';
import { type S3TestServer, startS3TestServer } from './s3-server/s3-test-server.ts';
import { newFolderStore, newS3Store, type TestStore } from './stores.ts';
import { startWorker } from './worker-process.ts';

const openVersions = new URL('./workers/open-versions.ts', import.meta.url);

let server: S3TestServer;
// The first start installs the S3 server.
beforeAll(async () => {
  server = await startS3TestServer();
}, 300_000);
afterAll(() => server.stop());

const stores = {
  memory: async () => ({ port: createMemoryObjectStore(), close: async () => {} }),
  'a folder': newFolderStore,
  'an S3 server': () => newS3Store(server),
} as const;

for (const [name, open] of Object.entries(stores)) {
  catalogueContract(name, async () => {
    const { port: store, close } = await open();
    return { port: { store, documents: createCatalogue(store) }, close };
  });
  manifestsContract(name, async () => {
    const { port: store, close } = await open();
    return { port: { store, documents: createManifests(store, createCatalogue(store)) }, close };
  });
}

describe('a manifest with four writing processes (I5)', () => {
  it.each([
    ['a folder', newFolderStore],
    ['an S3 server', () => newS3Store(server)],
  ])(
    'gets one entry and one name per training in %s for 100 trainings',
    async (_, open: () => Promise<TestStore>) => {
      const store = await open();
      const workers = ['a', 'b', 'c', 'd'].map((name) => startWorker(openVersions, store, [name, '25']));
      expect(await Promise.all(workers.map((worker) => worker.exitCode))).toEqual([0, 0, 0, 0]);
      const manifests = createManifests(store.port, createCatalogue(store.port));
      const versions = await manifests.listVersions({ kind: 'actor', id: '0019' });
      const wanted = new Set(Array.from({ length: 100 }, (__, index) => `V${index + 1}`));
      expect(versions).toHaveLength(100);
      expect(new Set(versions.map((version) => version.name))).toEqual(wanted);
      expect(new Set(workers.flatMap((worker) => worker.messages))).toEqual(wanted);
      expect(new Set(versions.map((version) => version.training_id)).size).toBe(100);
      await store.close();
    },
  );
});

describe('createCatalogue with catalogueKey', () => {
  it('reads the catalogue from that key', async () => {
    const store = createMemoryObjectStore();
    await store.put('data/actorsData.json', '[{"id":"0019"}]');
    const catalogue = createCatalogue(store, { catalogueKey: 'data/actorsData.json' });
    expect(await catalogue.findActor('0019')).toMatchObject({ id: '0019' });
  });
});
