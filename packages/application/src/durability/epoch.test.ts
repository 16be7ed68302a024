import { beforeEach, describe, expect, it } from 'vitest';
import type { ObjectStore } from '../ports/storage/object-store.ts';
import { createMemoryObjectStore } from '../testing/memory/object-store.ts';
import { checkEpoch } from './epoch.ts';

type Deps = Parameters<typeof checkEpoch>[0];

let redis: { epoch?: string };
let objects: ObjectStore;
beforeEach(() => {
  redis = {};
  objects = createMemoryObjectStore();
});

function process(name: string, more: Partial<Deps['store']> = {}): Deps {
  const store: Partial<Deps['store']> = {
    getControl: async () => ({ maxConcurrency: 2, paused: false, ...redis }),
    establishEpoch: async (epoch) => {
      redis.epoch ??= epoch;
      return redis.epoch;
    },
    ...more,
  };
  return { store: store as Deps['store'], objects, ids: { nonce: () => name } as Deps['ids'] };
}

describe('a new Redis with a new object store', () => {
  it('is initialized once and is current for 20 processes that start together', async () => {
    const started = Array.from({ length: 20 }, (_, at) => checkEpoch(process(`p${at}`)));
    expect(new Set(await Promise.all(started))).toEqual(new Set(['current']));
    expect(await checkEpoch(process('later'))).toBe('current');
  });

  it('is current for a process that checks it during the initialization', async () => {
    const halfway = Promise.withResolvers<void>();
    const resume = Promise.withResolvers<void>();
    const slow = process('slow', {
      establishEpoch: async (epoch) => {
        halfway.resolve();
        await resume.promise;
        redis.epoch ??= epoch;
        return redis.epoch;
      },
    });
    const pending = checkEpoch(slow);
    await halfway.promise;
    expect(await checkEpoch(process('other'))).toBe('current');
    resume.resolve();
    expect(await pending).toBe('current');
    expect(redis.epoch).toBe('slow');
  });

  it('is initialized by the next process after the first one crashed', async () => {
    const dying = process('dead', { establishEpoch: () => Promise.reject(new Error('killed')) });
    await expect(checkEpoch(dying)).rejects.toThrow('killed');
    expect(await checkEpoch(process('next'))).toBe('current');
    expect(redis.epoch).toBe('dead');
  });
});

it('a Redis with a different epoch than the object store requires a recovery at every check', async () => {
  await checkEpoch(process('first'));
  redis = {};
  for (let times = 0; times < 3; times += 1)
    expect(await checkEpoch(process('second'))).toBe('recover_required');
  expect(redis.epoch).toBeUndefined();
});
