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

  it('tells of a look again once something else has happened', async () => {
    const before = await submitted('run-marked');
    const marked: TrainingEvent = { type: 'attention_raised', at: 12, cause: 'poll', reason: 'slow' };
    const looks = [10, 11].map((at) => observed('run-marked', at));
    const training = await saved(before, ...looks, marked, observed('run-marked', 13));
    expect((await typesOf(training)).slice(3)).toEqual([
      'run_observed',
      'run_observed',
      'attention_raised',
      'run_observed',
    ]);
  });

  it('never grows beyond 500 events, and still tells how it began', async () => {
    const queued = buildTraining();
    await on.store.accept(queued, { exclusive: true });
    const changes = Array.from(
      { length: 600 },
      (_, at) => ({ type: 'priority_changed', at, cause: 'api', priority: 1 + at }) as const,
    );
    const training = await saved(queued, ...changes);
    const events = await on.store.listEvents(training.id);
    expect(events).toHaveLength(500);
    expect(events[0]).toMatchObject({ seq: 1, type: 'accepted' });
    expect(events.at(-1)).toMatchObject({ seq: 601, detail: { priority: 600 } });
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

describe('other names', () => {
  it('belong to whoever bore them first, whatever a later training’s polls write', async () => {
    const first = await submitted('run-1', 'the-same');
    const second = await submitted('run-2', 'the-same');
    await saved(second, observed('run-2', 10), observed('run-2', 11));
    expect(await on.store.findByAlias('the-same')).toBe(first.id);
    expect(await on.store.findByAlias('run-2')).toBe(second.id);
  });

  it('of a caller’s choice never hide a run or a job', async () => {
    const foreign = buildTraining({ requestId: 'run-3' });
    await on.store.accept(foreign, { exclusive: true });
    expect(await on.store.findByAlias('run-3')).toBe(foreign.id);
    const { id } = await submitted('run-3');
    expect(await on.store.findByAlias('run-3')).toBe(id);
  });
});
