import { beforeEach, describe, expect, it } from 'vitest';
import type { ObjectStore } from '../../ports/storage/object-store.ts';
import { createMemoryObjectStore } from '../../testing/memory/object-store.ts';
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

describe('a new record with a new store', () => {
  it('is introduced once, and is sound for all that start together', async () => {
    const started = Array.from({ length: 20 }, (_, at) => checkEpoch(process(`p${at}`)));
    expect(new Set(await Promise.all(started))).toEqual(new Set(['current']));
    expect(await checkEpoch(process('later'))).toBe('current');
  });

  it('is not mistaken for a lost one by who looks while it is introduced', async () => {
    const halfway = Promise.withResolvers<void>();
    const goOn = Promise.withResolvers<void>();
    const slow = process('slow', {
      establishEpoch: async (epoch) => {
        halfway.resolve();
        await goOn.promise;
        redis.epoch ??= epoch;
        return redis.epoch;
      },
    });
    const slowly = checkEpoch(slow);
    await halfway.promise;
    expect(await checkEpoch(process('other'))).toBe('current');
    goOn.resolve();
    expect(await slowly).toBe('current');
    expect(redis.epoch).toBe('slow');
  });

  it('is introduced by another when its first process died halfway', async () => {
    const dying = process('dead', { establishEpoch: () => Promise.reject(new Error('killed')) });
    await expect(checkEpoch(dying)).rejects.toThrow('killed');
    expect(await checkEpoch(process('next'))).toBe('current');
    expect(redis.epoch).toBe('dead');
  });
});

it('a record that the store remembers otherwise is never sound, however often it is asked', async () => {
  await checkEpoch(process('first'));
  redis = {};
  for (let times = 0; times < 3; times += 1)
    expect(await checkEpoch(process('second'))).toBe('recover_required');
  expect(redis.epoch).toBeUndefined();
});
