import { beforeEach, describe, expect, it } from 'vitest';
import type { ObjectStore } from '../../ports/storage/object-store.ts';
import { createMemoryObjectStore } from '../../testing/memory/object-store.ts';
import { backUpBatches, backUpSettings, backUpTrainings } from './backup.ts';

type Deps = Parameters<typeof backUpSettings>[0];

let objects: ObjectStore;
/** The one revision that is on record just now, and how far the record has come. */
let rev: number;
let highWaterMark: string | undefined;
beforeEach(async () => {
  objects = createMemoryObjectStore();
  await objects.put('data/epoch.json', '{"epoch":"e"}');
  rev = 1;
  highWaterMark = undefined;
});

const request = { subject: { kind: 'actor', id: '0001' } };
const redis = {
  store: {
    listPendingBackups: async () => [{ trainingId: 't1', rev }],
    load: async () => ({ id: 't1', rev, status: 'queued', request }),
    markBackedUp: async () => undefined,
    getControl: async () => ({
      maxConcurrency: rev,
      paused: false,
      epoch: 'e',
      ...(highWaterMark !== undefined && { highWaterMark: highWaterMark }),
    }),
    fence: async () => undefined,
    advanceHighWaterMark: async (from: string | undefined, to: string) => {
      if (highWaterMark === from) highWaterMark = to;
    },
  },
  batches: {
    listPendingBackups: async () => [{ id: 'b1', rev }],
    load: async () => ({ batch: { id: 'b1', rev }, plan: {} }),
    markBackedUp: async () => undefined,
    getSchedule: async () => ({ rev: 0 }),
  },
  budgets: { getLimits: async () => ({ batches: {} }) },
};

function createDeps(store: ObjectStore): Deps {
  return { ...redis, objects: store, ids: { nonce: () => 'word' } } as unknown as Deps;
}

/** A process that is stopped when it first comes to this call, and wakes later. */
function storeStoppedAt(call: 'get' | 'put') {
  const stopped = Promise.withResolvers<void>();
  const woken = Promise.withResolvers<void>();
  const halt = async (): Promise<void> => {
    stopped.resolve();
    await woken.promise;
  };
  const store: ObjectStore = {
    ...objects,
    get: async (key) => {
      if (call === 'get') await halt();
      return objects.get(key);
    },
    put: async (key, body, options) => {
      if (call === 'put') await halt();
      return objects.put(key, body, options);
    },
  };
  return { deps: createDeps(store), stopped: stopped.promise, wake: woken.resolve };
}

const BACKUPS = [
  ['trainings/t1.json', backUpTrainings, (document: { rev: number }) => document.rev],
  ['batches/b1.json', backUpBatches, (document: { batch: { rev: number } }) => document.batch.rev],
  ['data/settings.json', backUpSettings, (document: { maxConcurrency: number }) => document.maxConcurrency],
] as const;

describe.each(BACKUPS)('%s', (key, write, revIn) => {
  const kept = async (): Promise<number> =>
    revIn(JSON.parse(new TextDecoder().decode((await objects.get(key))!.body)));

  it.each(['get', 'put'] as const)(
    'is not written over by who was stopped before a %s and wakes when a newer one is there',
    async (call) => {
      await write(createDeps(objects));
      rev = 2;
      const sleeper = storeStoppedAt(call);
      const slowly = write(sleeper.deps);
      await sleeper.stopped;
      rev = 3;
      await write(createDeps(objects));
      sleeper.wake();
      await slowly;
      expect(await kept()).toBe(3);
    },
  );

  it('is not written over by who began with none', async () => {
    const sleeper = storeStoppedAt('put');
    const slowly = write(sleeper.deps);
    await sleeper.stopped;
    rev = 2;
    await write(createDeps(objects));
    sleeper.wake();
    await slowly;
    expect(await kept()).toBe(2);
  });

  it('costs one look and one write, and no write when it is there', async () => {
    const calls: string[] = [];
    const counting: ObjectStore = {
      ...objects,
      get: (name) => objects.get(name).finally(() => name === key && calls.push('get')),
      put: (...args) => objects.put(...args).finally(() => calls.push('put')),
    };
    await write(createDeps(counting));
    await write(createDeps(counting));
    expect(calls).toEqual(['get', 'put', 'get']);
  });
});

it('an older revision, as an old Redis tells it, leaves the newer one in the journal', async () => {
  rev = 5;
  await Promise.all([backUpTrainings(createDeps(objects)), backUpBatches(createDeps(objects))]);
  rev = 4;
  await Promise.all([backUpTrainings(createDeps(objects)), backUpBatches(createDeps(objects))]);
  for (const key of ['trainings/t1.json', 'batches/b1.json'])
    expect(new TextDecoder().decode((await objects.get(key))!.body)).toContain('"rev":5');
});

it('an end in the journal is never overwritten by another, whichever revision an old Redis has come to', async () => {
  const end = async (status: string, endedAt: number) => {
    rev += 1;
    const load = async () => ({ id: 't1', rev, status, endedAt, attemptsStarted: 1, request });
    const deps = createDeps(objects);
    await backUpTrainings({ ...deps, store: { ...deps.store, load } as unknown as Deps['store'] });
    return JSON.parse(new TextDecoder().decode((await objects.get('trainings/t1.json'))!.body));
  };
  expect(await end('completed', 9)).toMatchObject({ status: 'completed', rev: 2 });
  expect(await end('failed', 12)).toMatchObject({ status: 'completed', rev: 2 });
  expect(await end('completed', 12)).toMatchObject({ endedAt: 9, rev: 2 });
  expect(await end('completed', 9)).toMatchObject({ status: 'completed', rev: 5 });
});

it('nothing of what an old Redis says of maxConcurrency, gate and schedule is written', async () => {
  await objects.put('data/epoch.json', '{"epoch":"e","highWaterMark":"7.word"}');
  await backUpSettings(createDeps(objects));
  expect(await objects.get('data/settings.json')).toBeUndefined();
});

it('a document that nobody can read is written anew while the record lives', async () => {
  await objects.put('trainings/t1.json', '{"id":');
  await backUpTrainings(createDeps(objects));
  expect(new TextDecoder().decode((await objects.get('trainings/t1.json'))!.body)).toContain('"rev":1');
});
