import type { Batch } from '@trainyard/domain';
import { openTestBackend, startTestRedis, type TestRedis } from '@trainyard/testing/redis';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { RedisBackend } from '../src/index.ts';

let redis: TestRedis;
let on: RedisBackend;
beforeEach(async () => {
  redis = await startTestRedis();
  on = await openTestBackend(redis);
});
afterEach(async () => {
  await on.close();
  await redis.close();
});

describe('a batch put back over an older copy of itself', () => {
  const plan = { chosen: [], skipped: [] };
  const batch = (rev: number, status: Batch['status']): Batch =>
    ({ id: 'b1', rev, status, createdAt: 1, changedAt: rev }) as Batch;

  it('takes its place, and never that of a newer one', async () => {
    await on.batches.create({ batch: batch(1, 'enqueuing'), plan });
    expect(await on.batches.restore({ batch: batch(3, 'ended'), plan })).toBe('restored');
    expect(await on.batches.listOpen()).toEqual([]);
    for (const rev of [1, 2, 3])
      expect(await on.batches.restore({ batch: batch(rev, 'open'), plan })).toBe('known');
    expect((await on.batches.load('b1'))!.batch).toEqual(batch(3, 'ended'));
  });
});

describe('the mark of the record', () => {
  it('is raised by the first of two, and kept through power cuts', async () => {
    await Promise.all([
      on.store.advanceHighWaterMark(undefined, '1.a'),
      on.store.advanceHighWaterMark(undefined, '1.b'),
    ]);
    expect((await on.store.getControl()).highWaterMark).toBe('1.a');
    for (let at = 1; at < 4; at += 1) {
      await on.store.advanceHighWaterMark(`${at}.a`, `${at + 1}.a`);
      await redis.restart();
      await expect.poll(async () => (await on.store.getControl()).highWaterMark).toBe(`${at + 1}.a`);
    }
  });
});
