import {
  DEFAULT_MODEL_KEY_TEMPLATE,
  parseModelPrefix,
  type RunOutput,
  type Training,
} from '@trainyard/domain';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { NamedModel } from '../ports/storage/manifests.ts';
import type { ObjectStore } from '../ports/storage/object-store.ts';
import type { TrainingStore } from '../ports/training-store/index.ts';
import { createMemoryObjectStore } from '../testing/memory/object-store.ts';
import { checkOutput, type OutputCheck } from './check-output.ts';
import type { OutputSearch } from './find-output.ts';

const STARTED_AT = Date.UTC(2026, 0, 2);
const NEW = STARTED_AT + 60_000;
const OLD = STARTED_AT - 60_000;
const OWN_KEY = 'models/t1/attempt-2.safetensors';
const search = {
  id: 't1',
  request: { subject: { kind: 'actor', id: '0019' } },
  attempt: {
    number: 2,
    startedAt: STARTED_AT,
    modelName: 'actor_0019_V7',
    versionName: 'V7',
    outputKey: OWN_KEY,
  },
} as unknown as OutputSearch;

interface Setup {
  /** Keys of the stored objects, with their dates. */
  readonly stored?: Readonly<Record<string, number>>;
  /** A store that several checks share, in place of `stored`. */
  readonly objects?: ObjectStore;
  readonly models?: readonly NamedModel[];
  readonly others?: readonly Training[];
  readonly prefixes?: readonly string[];
}

async function createStore(stored: NonNullable<Setup['stored']>): Promise<ObjectStore> {
  let now = 0;
  const objects = createMemoryObjectStore({ nowMs: () => now });
  for (const [key, at] of Object.entries(stored)) {
    now = at;
    await objects.put(key, new Uint8Array(8));
  }
  return objects;
}

async function check(output: RunOutput, setup: Setup = {}): Promise<OutputCheck & { read?: string[] }> {
  const { stored = {}, models = [], others = [], prefixes } = setup;
  const objects = setup.objects ?? (await createStore(stored));
  const read: string[] = [];
  const headUri = (uri: string) => {
    read.push(uri);
    return objects.headUri(uri);
  };
  const result = await checkOutput(
    {
      objects: { ...objects, headUri },
      manifests: { listModels: async () => models } as never,
      store: { list: async () => ({ items: others }) } as unknown as TrainingStore,
      log: { info: () => undefined, warn: () => undefined, error: () => undefined },
      clock: { now: () => NEW, monotonic: () => 0, realMs: (ms) => ms, fromReal: (ms) => ms },
      settings: {
        outputLookup: ['output_key', '{model_name}.safetensors'],
        modelKeyTemplate: DEFAULT_MODEL_KEY_TEMPLATE,
        customS3Endpoints: [],
        ...(prefixes && { modelPrefixes: prefixes.map(parseModelPrefix) }),
      } as never,
    },
    search,
    output,
  );
  return { ...result, read };
}

describe('the reported address of a model', () => {
  it.each([
    [OWN_KEY, OLD],
    [`s3://local/${OWN_KEY}`, OLD],
    ['actor_0019_V7.safetensors', NEW],
    ['loras/mine.safetensors', NEW],
    ['https://local.s3.amazonaws.com/loras/mine.safetensors?X-Amz-Signature=1', NEW],
  ])('%s is accepted when the attempt may have written the object', async (loraUrl, at) => {
    const key = loraUrl.replace(/^(s3:\/\/local|https:\/\/[^/]+)\//, '').replace(/\?.*/, '');
    expect(await check({ loraUrl }, { stored: { [key]: at } })).toMatchObject({
      kind: 'found',
      uri: `s3://local/${key}`,
    });
  });

  it.each([
    ['an object in another bucket', 's3://other/a.safetensors', {}],
    ['a document of Trainyard', 'data/settings.json', { 'data/settings.json': NEW }],
    ['a model among the documents', 'trainings/a.safetensors', { 'trainings/a.safetensors': NEW }],
    ['a file that is no model', 'loras/a.json', { 'loras/a.json': NEW }],
    [
      'the model of another training',
      'models/t2/attempt-1.safetensors',
      { 'models/t2/attempt-1.safetensors': NEW },
    ],
    [
      'the model of an earlier attempt',
      'models/t1/attempt-1.safetensors',
      { 'models/t1/attempt-1.safetensors': NEW },
    ],
    ['the model name of another training', 'actor_0001_V1.safetensors', { 'actor_0001_V1.safetensors': NEW }],
    ['an object older than the submission', 'loras/old.safetensors', { 'loras/old.safetensors': OLD }],
    ['a URL outside of S3', 'https://cdn.example/a.safetensors', {}],
  ])('is kept as text when it is %s', async (_, loraUrl, stored) => {
    expect(await check({ loraUrl }, { stored })).toMatchObject({ kind: 'unverified', address: loraUrl });
  });

  it('is kept as text when the object is outside of MODEL_PREFIXES', async () => {
    const stored = { 'loras/a.safetensors': NEW, 'new/a.safetensors': NEW };
    const prefixes = ['s3://local/new'];
    expect(await check({ loraUrl: 'loras/a.safetensors' }, { stored, prefixes })).toMatchObject({
      kind: 'unverified',
    });
    expect(await check({ loraUrl: 'new/a.safetensors' }, { stored, prefixes })).toMatchObject({
      kind: 'found',
    });
  });

  it('is kept as text when another version or a finalizing training names the object', async () => {
    const stored = { 'loras/a.safetensors': NEW };
    const loraUrl = 'https://s3.amazonaws.com/local/loras/a.safetensors';
    const models = [{ trainingId: 't2', addresses: ['loras/a.safetensors'] }];
    expect(await check({ loraUrl }, { stored, models })).toMatchObject({ kind: 'unverified' });
    const others = [
      { id: 't2', status: 'finalizing', attempt: { output: { loraUrl: 's3://local/loras/a.safetensors' } } },
    ] as unknown as Training[];
    expect(await check({ loraUrl }, { stored, others })).toMatchObject({ kind: 'unverified' });
    const own = [{ trainingId: 't1', addresses: [loraUrl] }];
    expect(await check({ loraUrl }, { stored, models: own })).toMatchObject({ kind: 'found' });
  });

  it('gives way to the model at the output key when the object belongs to another training', async () => {
    const loraUrl = 'models/t2/attempt-1.safetensors';
    expect(await check({ loraUrl }, { stored: { [loraUrl]: NEW, [OWN_KEY]: NEW } })).toMatchObject({
      kind: 'found',
      uri: `s3://local/${OWN_KEY}`,
    });
  });

  it.each([
    '/output//a.safetensors',
    '../x',
    'models/',
    'models/a\u0000.safetensors',
    'models/\ud800.safetensors',
    'k'.repeat(1_025),
    'javascript:alert(1)',
    'file:///etc/passwd',
  ])('%j counts as no address', async (loraUrl) => {
    expect(await check({ loraUrl })).toMatchObject({ kind: 'absent', fault: expect.any(String) });
    expect(await check({ loraUrl }, { stored: { [OWN_KEY]: OLD } })).toMatchObject({ kind: 'found' });
  });

  it('is absent when the attempt may write the object and did not', async () => {
    expect(await check({ loraUrl: OWN_KEY })).toMatchObject({ kind: 'absent' });
    expect(await check({ loraUrl: 'loras/none.safetensors' })).toMatchObject({ kind: 'absent' });
  });

  it('never leads to a foreign object, for every string', async () => {
    const stored = {
      'data/settings.json': NEW,
      'trainings/t2.json': NEW,
      'models/t2/attempt-1.safetensors': NEW,
      'models/t1/attempt-1.safetensors': NEW,
      'actor_0001_V1.safetensors': NEW,
    };
    const objects = await createStore(stored);
    const piece = fc.oneof(
      fc.constantFrom('s3://', 'local', 'other', '/', '..', 'data', 'trainings', '%2e', '.safetensors', '//'),
      fc.constantFrom(...Object.keys(stored), 'https://s3.amazonaws.com/local/', '\ud800', '\u0000', '\\'),
      fc.string({ unit: 'binary', maxLength: 8 }),
    );
    await fc.assert(
      fc.asyncProperty(
        fc.array(piece, { maxLength: 6 }).map((parts) => parts.join('')),
        async (loraUrl) => {
          const { kind, read } = await check({ loraUrl }, { objects });
          expect(['absent', 'unverified']).toContain(kind);
          for (const uri of read ?? []) expect(stored).not.toHaveProperty([uri.replace('s3://local/', '')]);
        },
      ),
      { numRuns: 200 },
    );
  });
});
