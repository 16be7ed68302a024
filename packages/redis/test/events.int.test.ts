import { UnreadableTrainingError } from '@trainyard/application';
import type { Queued, Training, TrainingEvent } from '@trainyard/domain';
import { applyEvent, buildTraining, startAttempt } from '@trainyard/testing/builders';
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

async function saved(before: Training, ...events: readonly TrainingEvent[]): Promise<Training> {
  let training = before;
  for (const event of events) {
    const next = applyEvent(training, event);
    expect(await on.store.save(next.training, next.event, training)).toBe('saved');
    training = next.training;
  }
  return training;
}

function acceptedRun(runId: string): TrainingEvent {
  return {
    type: 'submission_accepted',
    at: 6,
    cause: 'dispatcher',
    attempt: 1,
    runId,
  };
}

function observed(runId: string, at: number): TrainingEvent {
  return {
    type: 'run_observed',
    at,
    cause: 'poll',
    attempt: 1,
    runId,
    phase: 'in_progress',
    progress: { step: at, totalSteps: 5_000 },
  };
}

/** A training whose run was accepted under this id. */
async function submitted(runId: string, requestId?: string): Promise<Training> {
  const queued = buildTraining(requestId === undefined ? {} : { requestId });
  await on.store.accept(queued, { exclusive: true });
  const { training, event, before } = startAttempt(queued, 'token');
  await on.store.save(training, event, before);
  return saved(training, acceptedRun(runId));
}

async function typesOf({ id }: Training) {
  return (await on.store.listEvents(id)).map(({ type }) => type);
}

describe('the history of a training', () => {
  it('keeps one routine look, the last, while the stream tells of each', async () => {
    const before = await submitted('run-polled');
    const streamed = await raw.xlen('{trainyard}:stream');
    const polls = Array.from({ length: 50 }, (_, at) => observed('run-polled', 10 + at));
    const training = await saved(before, ...polls);
    expect(await typesOf(training)).toEqual([
      'accepted',
      'submission_started',
      'submission_accepted',
      'run_observed',
      'run_observed',
    ]);
    const events = await on.store.listEvents(training.id);
    expect(events.at(-2)).toMatchObject({ from: 'submitted', to: 'running', at: 10 });
    expect(events.at(-1)).toMatchObject({ from: 'running', to: 'running', at: 59, seq: training.rev });
    expect(await on.store.load(training.id)).toEqual(training);
    expect(await raw.xlen('{trainyard}:stream')).toBe(streamed + 50);
  });
});

describe('the frozen request', () => {
  it('is written once, however often the training changes', async () => {
    const training = await saved(await submitted('run-frozen'), observed('run-frozen', 10));
    const { doc = '', request = '' } = await raw.hgetall(`{trainyard}:training:${training.id}`);
    expect(JSON.parse(request)).toEqual(training.request);
    expect(doc).not.toContain('imageUris');
    expect(await on.store.load(training.id)).toEqual(training);
    expect(await on.store.loadAll(['unknown', training.id])).toEqual([training]);
  });
});

describe('a record of another layout', () => {
  const changed = async (change: (document: object) => object): Promise<Queued> => {
    const training = buildTraining();
    await on.store.accept(training, { exclusive: true });
    const key = `{trainyard}:training:${training.id}`;
    const document = JSON.parse((await raw.hget(key, 'doc')) ?? '');
    await raw.hset(key, 'doc', JSON.stringify(change(document)));
    return training;
  };

  it('is named, neither read as missing nor written over', async () => {
    const training = await changed((document) => ({ ...document, layout: 2, rev: 7, soul: 'new' }));
    const key = `{trainyard}:training:${training.id}`;
    await raw.hset(key, 'rev', 7);
    const before = await raw.hgetall(key);
    const fault = { code: 'training_unreadable', trainingId: training.id, message: /layout is 2.* knows 1/ };
    await expect(on.store.load(training.id)).rejects.toMatchObject({
      ...fault,
      message: expect.stringMatching(fault.message),
    });
    await expect(on.store.loadAll([training.id])).rejects.toBeInstanceOf(UnreadableTrainingError);
    expect(await on.store.accept(training, { exclusive: false })).toEqual({ kind: 'accepted' });
    expect(await on.store.restore(training)).toBe('known');
    const { training: after, event } = applyEvent(training, {
      type: 'cancel_requested',
      at: 9,
      cause: 'api',
      by: 'ana',
    });
    expect(await on.store.save(after, event, training)).toBe('stale');
    expect(await raw.hgetall(key)).toEqual(before);
  });

  it('is read when it was written before layouts had numbers', async () => {
    const training = await changed(({ layout: _, ...document }: { layout?: number }) => document);
    expect(await on.store.load(training.id)).toEqual(training);
  });
});
