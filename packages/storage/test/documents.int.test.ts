import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createMemoryObjectStore, type Deps, exportCatalogue, importFolder } from '@trainyard/application';
import { catalogueContract, manifestsContract } from '@trainyard/application/testing';
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import {
  createCatalogue,
  createLegacyDocuments,
  createManifests,
  openExportFolder,
  openImportFolder,
} from '../src/index.ts';
import { type S3TestServer, startS3TestServer } from '@trainyard/testing/s3-server';
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

describe('an import into a bucket', () => {
  it('lists the copies of local images in place of another bucket, and an export returns the documents', async () => {
    const root = await mkdtemp(join(tmpdir(), 'trainyard-bucket-'));
    onTestFinished(() => rm(root, { recursive: true }));
    const { port: objects, close } = await newS3Store(server);
    onTestFinished(close);
    const listed = { s3_urls: ['s3://my-studio/a.png'], local_path: 'images', count: 1, synced: true };
    const list = `\uFEFF${JSON.stringify(
      [
        { id: 19, training_data: listed },
        { id: 7, training_data: { s3_urls: listed.s3_urls } },
      ],
      null,
      1,
    )}`;
    const manifest = '{"own": 1.0, "versions": []}\r\n';
    await mkdir(join(root, 'in/images'), { recursive: true });
    await mkdir(join(root, 'in/actor_manifests'));
    await writeFile(join(root, 'in/images/a.png'), 'x'.repeat(3_000));
    await writeFile(join(root, 'in/actors.json'), list);
    await writeFile(join(root, 'in/actor_manifests/0019_manifest.json'), manifest);
    const catalogue = createCatalogue(objects);
    const legacyDocuments = createLegacyDocuments(objects, catalogue);
    const settings = { customS3Endpoints: [] } as unknown as Deps['settings'];
    const deps = {
      objects,
      catalogue,
      manifests: createManifests(objects, catalogue),
      legacyDocuments,
      settings,
    };
    const options = { images: true, takeFlags: false, onProgress: () => undefined };
    const report = await importFolder(deps, await openImportFolder(join(root, 'in')), options);
    expect(report.otherBuckets).toEqual([{ bucket: 'my-studio', images: 1, actors: 1, styles: 0 }]);
    const copy = objects.toUri('actors/19/training_data/a.png');
    expect(await catalogue.findActor('19')).toMatchObject({ trainingData: { s3Urls: [copy], synced: true } });
    await exportCatalogue(deps, openExportFolder(join(root, 'out')));
    expect(await readFile(join(root, 'out/actor_manifests/0019_manifest.json'), 'utf8')).toBe(manifest);
    expect(await readFile(join(root, 'out/actors.json'), 'utf8')).toBe(
      list.replace('s3://my-studio/a.png', copy),
    );
  });
});
