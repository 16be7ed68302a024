import { createMemoryObjectStore } from '@trainyard/application';
import { describe, expect, it } from 'vitest';
import { createDispatchGuard } from './dispatch-loop.ts';

type Deps = Parameters<typeof createDispatchGuard>[0];

async function openGuard(highWaterMark: string, checked = true) {
  const objects = createMemoryObjectStore();
  const publish = (mark: string) =>
    objects.put('data/epoch.json', JSON.stringify({ layout: 4, epoch: 'e', highWaterMark: mark }));
  await publish(highWaterMark);
  const redis: { epoch?: string | undefined; highWaterMark: string } = {
    epoch: 'e',
    highWaterMark: highWaterMark,
  };
  const deps = {
    objects,
    storeHealth: { hasPassed: () => checked },
    store: {
      getControl: async () => ({ maxConcurrency: 2, paused: false, ...redis }),
      establishEpoch: async (epoch: string) => {
        redis.epoch ??= epoch;
        return redis.epoch;
      },
      fence: async () => {
        redis.epoch = undefined;
      },
    },
    budgets: { getAccounts: async () => ({ day: {}, month: {} }) },
    settings: { estimate: {} },
    clock: { now: () => 0 },
    log: { error: () => undefined, info: () => undefined },
  } as unknown as Deps;
  return { guard: createDispatchGuard(deps), redis, publish, deps };
}

describe('the dispatch guard', () => {
  it('stops dispatch from a Redis restored from an old backup before the next verification', async () => {
    const { guard, redis } = await openGuard('5.new');
    await guard.verifyEpoch();
    expect(await guard.canDispatch()).toBe(true);
    redis.highWaterMark = '6.newer';
    expect(await guard.canDispatch()).toBe(true);
    redis.highWaterMark = '4.old';
    expect(await guard.canDispatch()).toBe(false);
    redis.highWaterMark = '5.another';
    expect(await guard.canDispatch()).toBe(false);
    await guard.verifyEpoch();
    expect(redis.epoch).toBeUndefined();
  });

  it('allows no dispatch before the check of the object store has passed', async () => {
    const { guard } = await openGuard('5.new', false);
    await guard.verifyEpoch();
    expect(await guard.canDispatch()).toBe(false);
  });

  it('stops dispatch and fences Redis when the published high-water mark is ahead of it', async () => {
    const { guard, redis, publish } = await openGuard('5.new');
    await guard.verifyEpoch();
    await publish('6.newer');
    await guard.verifyEpoch();
    expect(await guard.canDispatch()).toBe(false);
    expect(redis.epoch).toBeUndefined();
  });

  it('stops dispatch from a Redis restored during a verification', async () => {
    const { guard, redis, deps } = await openGuard('5.new');
    redis.highWaterMark = '6.newer';
    const { get } = deps.objects;
    // The newest mark is not published yet, so the epoch document matches the restored Redis too.
    deps.objects.get = async (key) => {
      redis.highWaterMark = '5.new';
      return get(key);
    };
    await guard.verifyEpoch();
    expect(await guard.canDispatch()).toBe(false);
  });

  it('allows dispatch from a new Redis as soon as its epoch is established', async () => {
    const { guard, redis, deps } = await openGuard('5.new');
    await deps.objects.put('data/epoch.json', '{"layout":4,"epoch":"e","initializing":true}');
    redis.epoch = undefined;
    await guard.verifyEpoch();
    expect(await guard.canDispatch()).toBe(true);
  });
});
