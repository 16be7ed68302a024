import { UnreadableTrainingError } from '@trainyard/application';
import type { Batch, Queued } from '@trainyard/domain';
import { applyEvent, buildTraining } from '@trainyard/testing/builders';
import { openTestBackend, startTestRedis, type TestRedis } from '@trainyard/testing/redis';
import { Redis } from 'ioredis';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { RedisBackend } from '../src/index.ts';

let redis: TestRedis;
let raw: Redis;
let on: RedisBackend;
beforeAll(async () => {
  redis = await startTestRedis();
  raw = new Redis(redis.url);
  on = await openTestBackend(redis);
});
afterAll(async () => {
  await raw.quit();
  await on.close();
  await redis.close();
});

type StoredDocument = Readonly<Record<string, unknown>>;

async function changeDocument(key: string, change: (document: StoredDocument) => object): Promise<void> {
  const document = JSON.parse((await raw.hget(key, 'doc')) ?? '') as StoredDocument;
  await raw.hset(key, 'doc', JSON.stringify(change(document)));
}

async function acceptChanged(change: (document: StoredDocument) => object): Promise<Queued> {
  const training = buildTraining();
  await on.store.accept(training, { exclusive: true });
  await changeDocument(`{trainyard}:training:${training.id}`, change);
  return training;
}

describe('a training in Redis', () => {
  it('is stored with layout 4, and its frozen request in a field of its own', async () => {
    const training = await acceptChanged((document) => document);
    const { doc = '', request = '' } = await raw.hgetall(`{trainyard}:training:${training.id}`);
    expect(JSON.parse(doc)).toMatchObject({ layout: 4 });
    expect(JSON.parse(request)).toEqual(training.request);
    expect(doc).not.toContain('imageUris');
    expect(await on.store.load(training.id)).toEqual(training);
  });

  it.each([
    ['an older layout', 'layout 3', ({ layout: _, ...rest }: StoredDocument) => ({ layout: 3, ...rest })],
    ['a newer layout', 'layout 5', ({ layout: _, ...rest }: StoredDocument) => ({ layout: 5, ...rest })],
    ['no layout', 'no layout', ({ layout: _, ...rest }: StoredDocument) => rest],
  ])('is refused by name when it has %s', async (_, found, change) => {
    const training = await acceptChanged(change);
    await expect(on.store.load(training.id)).rejects.toMatchObject({
      code: 'training_unreadable',
      trainingId: training.id,
      message: expect.stringMatching(`${training.id}.*${found}; this version reads layout 4: `),
    });
    await expect(on.store.loadAll([training.id])).rejects.toBeInstanceOf(UnreadableTrainingError);
  });

  it('is neither read as missing nor overwritten when its layout is unknown', async () => {
    const training = await acceptChanged((document) => ({ ...document, layout: 5, rev: 7, addition: 'new' }));
    const key = `{trainyard}:training:${training.id}`;
    await raw.hset(key, 'rev', 7);
    const before = await raw.hgetall(key);
    expect(await on.store.accept(training, { exclusive: false })).toEqual({ kind: 'accepted' });
    expect(await on.store.restore(training)).toBe('known');
    const cancelled = applyEvent(training, { type: 'cancel_requested', at: 9, cause: 'api', by: 'ana' });
    expect(await on.store.save(cancelled.training, cancelled.event, training)).toBe('stale');
    expect(await raw.hgetall(key)).toEqual(before);
  });
});

describe('a Redis of a different layout', () => {
  it.each([
    ['layout 1, which stored no number', 'bound', '2', 'layout 1'],
    ['an older layout', 'layout', '3', 'layout 3'],
    ['a later layout', 'layout', '5', 'layout 5'],
  ])('is refused at start: %s', async (_, field, value, found) => {
    const own = await startTestRedis();
    const client = new Redis(own.url);
    await client.hset('{trainyard}:control', field, value);
    await expect(openTestBackend(own)).rejects.toMatchObject({
      code: 'redis_config_invalid',
      message: expect.stringContaining(`${found}; this version reads layout 4`),
    });
    await client.quit();
    await own.close();
  });
});

describe('a batch in Redis', () => {
  const plan = { chosen: [], skipped: [] };
  const buildBatch = (id: string, rev: number, status: Batch['status'] = 'open'): Batch =>
    ({ id, rev, status, createdAt: 1, changedAt: rev }) as Batch;

  it('is refused by name when it has a different layout, or none, and does not hide the others in a list', async () => {
    for (const [id, layout] of [
      ['b-1', 1],
      ['b-none', undefined],
    ] as const) {
      await on.batches.create({ batch: buildBatch(id, 1), plan });
      await changeDocument(`{trainyard}:batch:${id}`, (document) => ({ ...document, layout }));
      await expect(on.batches.load(id)).rejects.toMatchObject({
        code: 'corrupt_document',
        message: expect.stringMatching(`batch ${id} .*layout.*; this version reads layout 4: `),
      });
    }
    await on.batches.create({ batch: buildBatch('b-readable', 1), plan });
    const { items, unreadable } = await on.batches.list({ limit: 10 });
    expect(items.map(({ id }) => id)).toEqual(['b-readable']);
    expect(unreadable.map(({ id }) => id)).toEqual(['b-none', 'b-1']);
  });

  it('is replaced by a later revision of its backup, never by an earlier one', async () => {
    await on.batches.create({ batch: buildBatch('b-2', 1, 'enqueuing'), plan });
    expect(await on.batches.restore({ batch: buildBatch('b-2', 3, 'ended'), plan })).toBe('restored');
    expect(await on.batches.listOpen()).not.toContain('b-2');
    for (const rev of [1, 2, 3])
      expect(await on.batches.restore({ batch: buildBatch('b-2', rev), plan })).toBe('known');
    expect((await on.batches.load('b-2'))!.batch).toEqual(buildBatch('b-2', 3, 'ended'));
  });
});
