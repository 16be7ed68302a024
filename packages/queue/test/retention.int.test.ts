import { type Deps, shrinkOld } from '@trainyard/application';
import type { Training } from '@trainyard/domain';
import { Redis } from 'ioredis';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { QueueOnRedis } from '../src/index.ts';
import { aTraining, open, step } from './builders.ts';
import { startRedis, type TestRedis } from './redis.ts';

const DAY_MS = 24 * 3_600_000;

let redis: TestRedis;
let on: QueueOnRedis;
beforeAll(async () => {
  redis = await startRedis();
  on = await open(redis);
});
afterAll(async () => {
  await on.close();
  await redis.close();
});

/** Ended that many days after the beginning of time, and said so in its manifest. */
const ended = async (day: number, subjectId: string): Promise<Training> => {
  let training: Training = aTraining({ subjectId, requestId: `request-${subjectId}` });
  await on.store.accept(training as ReturnType<typeof aTraining>, { exclusive: true });
  const at = day * DAY_MS;
  for (const event of [
    { type: 'cancel_requested', at, cause: 'api', by: 'ana' },
    { type: 'end_recorded', at, cause: 'store' },
  ] as const) {
    const next = step(training, event);
    await on.store.save(next.training, next.event, training);
    training = next.training;
  }
  return training;
};

const shrinkOn = (day: number): Promise<number> =>
  shrinkOld({
    store: on.store,
    clock: { now: () => day * DAY_MS } as Deps['clock'],
    settings: { retentionMs: 90 * DAY_MS } as Deps['settings'],
    log: { info: () => undefined, warn: () => undefined, error: () => undefined },
  });

describe('a training that ended long ago', () => {
  it('shrinks to a summary, once, that lists and names still find; a younger one is left alone', async () => {
    const [old, young] = [await ended(1, 'old'), await ended(2, 'young')];
    const waiting = aTraining({ subjectId: 'waiting' });
    await on.store.accept(waiting, { exclusive: true });
    expect(await shrinkOn(91)).toBe(0);
    expect(await shrinkOn(91.5)).toBe(1);
    expect(await shrinkOn(91.5)).toBe(0);
    const kept = (await on.store.load(old.id))!;
    expect(kept).toEqual({
      ...old,
      request: { ...old.request, imageUris: [], shrunk: { at: 91.5 * DAY_MS, imageCount: 1 } },
    });
    expect(await on.store.events(old.id)).toEqual([]);
    expect(await on.store.findByAlias('request-old')).toBe(old.id);
    const { items } = await on.store.list({ status: ['cancelled'], limit: 10 });
    expect(items.map(({ id }) => id)).toEqual([young.id, old.id]);
    expect(await on.store.load(young.id)).toEqual(young);
    expect(await on.store.events(young.id)).toHaveLength(3);
  });

  it('is left as it is when it changed since it was read', async () => {
    const before = await ended(3, 'marked');
    const marked = step(before, { type: 'attention_raised', at: 4, cause: 'poll', reason: 'look' });
    await on.store.save(marked.training, marked.event, before);
    await on.store.shrink(before, { ...before.request, imageUris: [] });
    expect(await on.store.load(before.id)).toEqual(marked.training);
    expect(await on.store.endedBefore(4 * DAY_MS, 10)).toContain(before.id);
  });
});

describe('a Redis that is nearly full', () => {
  it('says so above four fifths of its memory, and never without a limit', async () => {
    const raw = new Redis(redis.url);
    expect(await on.store.isFull()).toBe(false);
    const used = Number(/^used_memory:(\d+)/m.exec(await raw.info('memory'))![1]);
    await raw.config('SET', 'maxmemory', Math.round(used * 1.1));
    await expect.poll(() => on.store.isFull(), { timeout: 5_000 }).toBe(true);
    await raw.config('SET', 'maxmemory', used * 10);
    await expect.poll(() => on.store.isFull(), { timeout: 5_000 }).toBe(false);
    await raw.quit();
  });
});
