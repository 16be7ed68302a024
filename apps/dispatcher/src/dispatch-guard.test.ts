import { createMemoryObjectStore } from '@trainyard/application';
import { expect, it } from 'vitest';
import { createDispatchGuard } from './dispatch-guard.ts';

type Deps = Parameters<typeof createDispatchGuard>[0];

async function openGuard(highWaterMark: string) {
  const objects = createMemoryObjectStore();
  const publish = (highest: string) =>
    objects.put('data/epoch.json', JSON.stringify({ epoch: 'e', highWaterMark: highest }));
  await publish(highWaterMark);
  const redis: { epoch?: string | undefined; highWaterMark: string } = {
    epoch: 'e',
    highWaterMark: highWaterMark,
  };
  const deps = {
    objects,
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
  return { permission: createDispatchGuard(deps), redis, told: publish, deps };
}

it('nothing is taken from a Redis that was put back, even before the store is asked again', async () => {
  const { permission, redis } = await openGuard('5.new');
  await permission.verifyEpoch();
  expect(await permission.canDispatch()).toBe(true);
  redis.highWaterMark = '6.newer';
  expect(await permission.canDispatch()).toBe(true);
  redis.highWaterMark = '4.old';
  expect(await permission.canDispatch()).toBe(false);
  redis.highWaterMark = '5.another';
  expect(await permission.canDispatch()).toBe(false);
  await permission.verifyEpoch();
  expect(redis.epoch).toBeUndefined();
});

it('nothing is taken once the store was told more than this Redis knows', async () => {
  const { permission, redis, told } = await openGuard('5.new');
  await permission.verifyEpoch();
  await told('6.newer');
  await permission.verifyEpoch();
  expect(await permission.canDispatch()).toBe(false);
  expect(redis.epoch).toBeUndefined();
});

it('nothing is taken from a Redis that was put back while the store was asked', async () => {
  const { permission, redis, deps } = await openGuard('5.new');
  redis.highWaterMark = '6.newer';
  const { get } = deps.objects;
  // The newest mark is not told yet: to the store, the old copy looks as good.
  deps.objects.get = async (key) => {
    redis.highWaterMark = '5.new';
    return get(key);
  };
  await permission.verifyEpoch();
  expect(await permission.canDispatch()).toBe(false);
});

it('a new record is taken from as soon as it is introduced', async () => {
  const { permission, redis, deps } = await openGuard('5.new');
  await deps.objects.put('data/epoch.json', '{"epoch":"e","initializing":true}');
  redis.epoch = undefined;
  await permission.verifyEpoch();
  expect(await permission.canDispatch()).toBe(true);
});
