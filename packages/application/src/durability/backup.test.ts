import { beforeEach, describe, expect, it } from 'vitest';
import type { ObjectStore } from '../ports/storage/object-store.ts';
import { createMemoryObjectStore } from '../testing/memory/object-store.ts';
import { backUpBatches, backUpSettings, backUpTrainings } from './backup.ts';

type Deps = Parameters<typeof backUpSettings>[0];

let objects: ObjectStore;
/** The revision of the training and of the batch in Redis, and the high-water mark of Redis. */
let rev: number;
let highWaterMark: string | undefined;
beforeEach(async () => {
  objects = createMemoryObjectStore();
  await objects.put('data/epoch.json', '{"layout":4,"epoch":"e"}');
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
  return { ...redis, objects: store, ids: { nonce: () => 'suffix' } } as unknown as Deps;
}

/** Pauses a process before its first call of this method until `wake` is called. */
function pauseBefore(call: 'get' | 'put') {
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

describe.each(BACKUPS)('the backup document %s', (key, write, revIn) => {
  const readStored = async (): Promise<number> =>
    revIn(JSON.parse(new TextDecoder().decode((await objects.get(key))!.body)));

  it.each(['get', 'put'] as const)(
    'keeps a newer document when a process resumes that was paused before its %s',
    async (call) => {
      await write(createDeps(objects));
      rev = 2;
      const paused = pauseBefore(call);
      const late = write(paused.deps);
      await paused.stopped;
      rev = 3;
      await write(createDeps(objects));
      paused.wake();
      await late;
      expect(await readStored()).toBe(3);
    },
  );

  it('keeps a document that was created while a process without one was paused', async () => {
    const paused = pauseBefore('put');
    const late = write(paused.deps);
    await paused.stopped;
    rev = 2;
    await write(createDeps(objects));
    paused.wake();
    await late;
    expect(await readStored()).toBe(2);
  });

  it('is written with one read and one write, and with no write when it is up to date', async () => {
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

it('a Redis with an older revision leaves the newer revision in the backup', async () => {
  rev = 5;
  await Promise.all([backUpTrainings(createDeps(objects)), backUpBatches(createDeps(objects))]);
  rev = 4;
  await Promise.all([backUpTrainings(createDeps(objects)), backUpBatches(createDeps(objects))]);
  for (const key of ['trainings/t1.json', 'batches/b1.json'])
    expect(new TextDecoder().decode((await objects.get(key))!.body)).toContain('"rev":5');
});

it('an end in the backup is kept against a different end, whatever revision an old Redis has reached', async () => {
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

it('an old Redis writes no concurrency limit, gate or schedule to the backup', async () => {
  await objects.put('data/epoch.json', '{"layout":4,"epoch":"e","highWaterMark":"7.suffix"}');
  await backUpSettings(createDeps(objects));
  expect(await objects.get('data/settings.json')).toBeUndefined();
});

it('a corrupt document is written again while Redis is current', async () => {
  await objects.put('trainings/t1.json', '{"id":');
  await backUpTrainings(createDeps(objects));
  expect(new TextDecoder().decode((await objects.get('trainings/t1.json'))!.body)).toContain('"rev":1');
});
