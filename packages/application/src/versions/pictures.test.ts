import { MAX_PICTURES } from '@trainyard/domain';
import { beforeEach, describe, expect, it } from 'vitest';
import type { Deps } from '../deps.ts';
import { ObjectStoreError } from '../errors.ts';
import type { ObjectStore } from '../ports/storage/object-store.ts';
import { createMemoryObjectStore } from '../testing/memory/object-store.ts';
import { findPictures, PICTURE_MAX_BYTES, type PictureSearch } from './pictures.ts';

let objects: ObjectStore;
let now: number;
beforeEach(() => {
  now = 100_000;
  objects = createMemoryObjectStore({ nowMs: () => now });
});

const FOLDER = 'models/t1/';
const MODEL = `${FOLDER}attempt-1.safetensors`;

function find(search: Partial<PictureSearch> = {}, store: ObjectStore = objects) {
  const deps = {
    objects: store,
    clock: { fromReal: (ms: number) => ms },
    log: { info: () => undefined, warn: () => undefined, error: () => undefined },
    settings: {
      customS3Endpoints: [],
      outputLookup: ['output_key', '{model_name}.safetensors'],
      modelKeyTemplate: 'models/{training_id}/attempt-{attempt}.safetensors',
    },
  } as unknown as Pick<Deps, 'objects' | 'clock' | 'log' | 'settings'>;
  return findPictures(deps, {
    uri: objects.toUri(MODEL),
    trainingId: 't1',
    attempt: { startedAt: 50_000 },
    promptCount: 2,
    reported: [],
    reportedIgnored: 0,
    ...search,
  });
}

async function put(...names: readonly string[]): Promise<void> {
  for (const name of names) await objects.put(`${FOLDER}${name}`, new Uint8Array(9));
}

describe('the pictures of a model', () => {
  it('are those beside the model, in the order of their prompts, then the loss plot', async () => {
    await put('attempt-1_loss.png', 'attempt-1_sample_01.png', 'attempt-1_sample_00.webp');
    await put('attempt-1.safetensors', 'attempt-10_sample_00.png', 'attempt-1_sample_00.txt', 'other.png');
    expect(await find()).toEqual({
      pictures: [
        { name: 'attempt-1_sample_00.webp', kind: 'sample', index: 0, sizeBytes: 9 },
        { name: 'attempt-1_sample_01.png', kind: 'sample', index: 1, sizeBytes: 9 },
        { name: 'attempt-1_loss.png', kind: 'loss', sizeBytes: 9 },
      ],
      warnings: [],
    });
  });

  it('include those that the container reported as key or address, once each', async () => {
    await put('grid.jpg', 'attempt-1_sample_00.png', 'x_sample_03.png');
    const reported = [
      `${FOLDER}grid.jpg`,
      objects.toUri(`${FOLDER}grid.jpg`),
      `${FOLDER}attempt-1_sample_00.png`,
      `${FOLDER}x_sample_03.png`,
    ];
    const { pictures, warnings } = await find({ reported });
    expect(warnings).toEqual([]);
    expect(pictures.map(({ name, kind, index }) => [name, kind, index])).toEqual([
      ['attempt-1_sample_00.png', 'sample', 0],
      ['x_sample_03.png', 'sample', 3],
      ['grid.jpg', 'other', undefined],
    ]);
  });

  it.each([
    ['data/actors.json', 'is outside the folder'],
    ['models/t2/attempt-1_sample_00.png', 'is outside the folder'],
    [`${FOLDER}deeper/a.png`, 'is outside the folder'],
    [`${FOLDER}a.svg`, 'is no .png'],
    [`${FOLDER}a.png`, 'does not exist'],
    ['s3://elsewhere/models/t1/a.png', 'is outside the folder'],
    ['../t1/a.png', 'is no object'],
    ['https://cdn.example/a.png', 'is no object'],
    [`${FOLDER}attempt-2_sample_00.png`, 'belongs to a different model'],
  ])('ignore the reported address %s with a warning', async (address, fault) => {
    await put('attempt-2_sample_00.png', 'deeper/a.png', 'a.svg');
    const { pictures, warnings } = await find({ reported: [address] });
    expect(pictures).toEqual([]);
    expect(warnings).toMatchObject([{ code: 'picture_ignored', message: expect.stringContaining(fault) }]);
  });

  it('ignore empty, oversized and older files with a warning', async () => {
    now = 1_000;
    await put('attempt-1_sample_00.png');
    now = 100_000;
    await objects.put(`${FOLDER}attempt-1_sample_01.png`, new Uint8Array(0));
    await objects.put(`${FOLDER}attempt-1_sample_02.png`, new Uint8Array(PICTURE_MAX_BYTES + 1));
    await objects.put(`${FOLDER}attempt-1_sample_03.png`, new Uint8Array(PICTURE_MAX_BYTES));
    const { pictures, warnings } = await find();
    expect(pictures.map(({ name }) => name)).toEqual(['attempt-1_sample_03.png']);
    expect(warnings[0]?.message).toMatch(
      /^3 pictures .*older than the submission.*empty.*larger than 20 MiB/,
    );
  });

  it('are at most 64, and a warning counts the others within a bound', async () => {
    const names = Array.from(
      { length: 90 },
      (_, at) => `attempt-1_sample_${String(at).padStart(2, '0')}.png`,
    );
    await put(...names);
    const { pictures, warnings } = await find({ reportedIgnored: 1_000_000 });
    expect(pictures.map(({ name }) => name)).toEqual(names.slice(0, MAX_PICTURES));
    expect(warnings).toHaveLength(1);
    expect(warnings[0]?.message).toContain('1000026 pictures');
    expect(warnings[0]?.message.length).toBeLessThan(1_200);
  });

  it('are tried by name in a bucket that is not that of the object store', async () => {
    const foreign = createMemoryObjectStore({ bucket: 'other', nowMs: () => now });
    await foreign.put('m/a_sample_01.png', new Uint8Array(3));
    await foreign.put('m/a_loss.png', new Uint8Array(3));
    const store = { ...objects, headUri: foreign.headUri };
    const { pictures } = await find({ uri: 's3://other/m/a.safetensors' }, store);
    expect(pictures.map(({ name }) => name)).toEqual(['a_sample_01.png', 'a_loss.png']);
  });

  it('are left out when the object store refuses, without an error', async () => {
    const refuse = () => {
      throw new ObjectStoreError(FOLDER, 'AccessDenied', { retryable: false });
    };
    expect(await find({}, { ...objects, list: refuse })).toEqual({ pictures: [], warnings: [] });
  });
});
