import { backUpSettings, checkEpoch, recover } from '@trainyard/application';
import { describe, expect, it } from 'vitest';
import { openTestSystem, type TestSystem } from './test-system.ts';

type Call = readonly [method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE', path: string, body?: unknown];

/** Contents that are not a document of any kind. */
const UNREADABLE: readonly (string | Uint8Array)[] = [
  '',
  '{"versions": [',
  'null',
  '42',
  '{"actors": {}, "styles": {}, "selection_sets": {}, "versions": {}}',
  '\ufeff\u0000',
  new Uint8Array([0xff, 0xfe, 0x00, 0x5b]),
  '['.repeat(20_000),
];

function createCall(kind: string, id: string): Call {
  return ['POST', '/api/trainings', { kind, subject_id: id }];
}

/** Requests that need a document. Requests that succeed without it are not listed. */
const DOCUMENTS: Readonly<Record<string, readonly Call[]>> = {
  'data/actors.json': [
    ['GET', '/api/actors'],
    ['GET', '/api/actors/0019'],
    ['GET', '/api/actors/0019/training-data'],
    ['GET', '/api/auto-train/candidates'],
    ['POST', '/api/auto-train/runs', { all: true }],
    ['POST', '/api/actors/0019/training-data/mark-good', { good: true }],
    ['POST', '/api/actors/0019/mark-good', { version_id: 'V1' }],
    createCall('actor', '0019'),
  ],
  'data/styles.json': [
    ['GET', '/api/styles'],
    ['GET', '/api/styles/16'],
    ['GET', '/api/styles/16/images'],
    createCall('style', '16'),
  ],
  'data/actor_manifests/0019_manifest.json': [
    ['GET', '/api/actors/0019/training-versions'],
    ['POST', '/api/actors/0019/training-versions', { name: 'V9' }],
    ['POST', '/api/actors/0019/mark-good', { version_id: 'V1' }],
    ['POST', '/api/actors/0019/training-data/mark-good', { good: true }],
  ],
  'resources/style_images/16_oil/training_versions.json': [
    ['GET', '/api/styles/16/training-versions'],
    ['POST', '/api/styles/16/training-versions', { name: 'V9' }],
    ['POST', '/api/styles/16/mark-good', { version_id: 'V1' }],
  ],
  'resources/style_images/16_oil/selection_sets.json': [
    ['GET', '/api/styles/16/selection-sets'],
    ['POST', '/api/styles/16/selection-sets', { name: 'Set', images: ['a.png'] }],
    ['PATCH', '/api/styles/16/selection-sets/1', { name: 'Set' }],
    ['DELETE', '/api/styles/16/selection-sets/1'],
    ['POST', '/api/trainings', { kind: 'style', subject_id: '16', selection_set_id: 1 }],
  ],
};

async function readBytes({ deps }: TestSystem, key: string): Promise<Buffer> {
  return Buffer.from((await deps.objects.get(key))?.body ?? []);
}

describe.each(Object.entries(DOCUMENTS))('an unreadable %s', (key, calls) => {
  it('is named by every route that needs it and never overwritten', async () => {
    const system = await openTestSystem();
    for (const content of UNREADABLE) {
      await system.deps.objects.put(key, content);
      const planted = await readBytes(system, key);
      for (const [method, path, body] of calls) {
        const answer = await system.call(method, path, body);
        const context = `${method} ${path} with ${Buffer.from(content).toString('latin1').slice(0, 40)}: ${answer.body}`;
        expect(answer.json(), context).toMatchObject({
          code: 'corrupt_document',
          detail: expect.stringContaining(key),
        });
        expect(await readBytes(system, key), context).toEqual(planted);
      }
    }
  });
});

/** Contents that are not the document, valid JSON included. */
const FOREIGN = [
  ...UNREADABLE,
  '[1]',
  '[[]]',
  '{}',
  '{"max_concurrency": "two", "paused": false}',
  '{"id": "x", "status": "done", "request": {}}',
];

describe('the backup in the object store', () => {
  it('is not written over unreadable settings', async () => {
    const { deps } = await openTestSystem();
    await checkEpoch(deps);
    await backUpSettings(deps);
    expect((await deps.objects.get('data/settings.json'))?.body.length).toBeGreaterThan(0);
    for (const content of FOREIGN) {
      const { etag } = await deps.objects.put('data/settings.json', content);
      await expect(backUpSettings(deps)).rejects.toMatchObject({
        code: 'corrupt_document',
        key: 'data/settings.json',
      });
      expect((await deps.objects.get('data/settings.json'))?.etag).toBe(etag);
    }
  });

  it.each(['trainings/x.json', 'batches/x.json', 'data/settings.json'])(
    'is not recovered from an unreadable %s, which is named',
    async (key) => {
      const { deps } = await openTestSystem();
      for (const content of FOREIGN) {
        await deps.objects.put(key, content);
        expect(await recover(deps)).toMatchObject({ unreadable: [{ key }], opened: false });
        expect((await deps.store.getControl()).epoch).toBeUndefined();
        expect((await deps.store.list({ limit: 5 })).items).toEqual([]);
      }
    },
  );
});
