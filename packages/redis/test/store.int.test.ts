import { StoreUnavailableError } from '@trainyard/application';
import type { TrainingEvent } from '@trainyard/domain';
import { applyEvent, buildTraining, startAttempt } from '@trainyard/testing/builders';
import { openTestBackend, startTestRedis, type TestRedis } from '@trainyard/testing/redis';
import { Redis } from 'ioredis';
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

describe('the dispatch control', () => {
  it('takes the concurrency limit of the environment only when none is stored', async () => {
    await on.store.setControl({ maxConcurrency: 3, paused: true, reason: 'night' });
    const other = await openTestBackend(redis, 9);
    const control = { maxConcurrency: 3, paused: true, reason: 'night', epoch: 'epoch-1' };
    expect(await other.store.getControl()).toEqual(control);
    expect(await other.store.setControl({ paused: false, maxConcurrency: 2 })).toEqual({
      maxConcurrency: 2,
      paused: false,
      epoch: 'epoch-1',
    });
    await other.close();
  });

  it('keeps the high-water mark through restarts of Redis', async () => {
    await on.store.advanceHighWaterMark(undefined, '1.a');
    for (let at = 1; at < 4; at += 1) {
      await on.store.advanceHighWaterMark(`${at}.a`, `${at + 1}.a`);
      await redis.restart();
      await expect.poll(async () => (await on.store.getControl()).highWaterMark).toBe(`${at + 1}.a`);
    }
  });

  it('closes and opens the gate also after Redis lost its loaded scripts', async () => {
    const raw = new Redis(redis.url);
    const gate = { reason: 'no credit', since: 1_767_225_600_123, reopensWhen: 'probe_run' } as const;
    await on.store.setControl({ paused: false });
    await raw.script('FLUSH');
    expect((await on.store.setControl({ gate })).gate).toEqual(gate);
    await raw.script('FLUSH');
    expect(await on.store.setControl({ gate: null })).not.toHaveProperty('gate');
    await raw.quit();
  });
});

describe('a Redis server', () => {
  it('has every accepted training after a power failure', async () => {
    const training = buildTraining();
    await on.store.accept(training, { exclusive: true });
    await redis.restart();
    expect(await on.store.load(training.id)).toEqual(training);
  });

  it('is reported as unavailable while it is frozen, and is used again when it resumes', async () => {
    process.kill(redis.pid, 'SIGSTOP');
    await expect(on.store.load('t')).rejects.toBeInstanceOf(StoreUnavailableError);
    process.kill(redis.pid, 'SIGCONT');
    expect(await on.store.load('t')).toBeUndefined();
  });

  it('is full above 80 % of its maxmemory, and never without maxmemory', async () => {
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

describe('the events of a training', () => {
  const accepted: TrainingEvent = {
    type: 'submission_accepted',
    at: 6,
    cause: 'dispatcher',
    attempt: 1,
    runId: 'run-polled',
  };
  const toProgress = (at: number): TrainingEvent => ({
    type: 'run_observed',
    at,
    cause: 'poll',
    attempt: 1,
    runId: 'run-polled',
    phase: 'in_progress',
    progress: { step: at, totalSteps: 5_000 },
  });

  it('keep only the last of consecutive progress events, while the stream has all of them', async () => {
    const raw = new Redis(redis.url);
    const queued = buildTraining();
    await on.store.accept(queued, { exclusive: true });
    const started = startAttempt(queued, 'token');
    await on.store.save(started.training, started.event, queued);
    const before = await raw.xlen('{trainyard}:stream');
    let { training } = started;
    for (const event of [accepted, ...Array.from({ length: 50 }, (_, at) => toProgress(10 + at))]) {
      const next = applyEvent(training, event);
      expect(await on.store.save(next.training, next.event, training)).toBe('saved');
      training = next.training;
    }
    const events = await on.store.listEvents(training.id);
    expect(events.slice(3)).toMatchObject([
      { type: 'run_observed', from: 'submitted', to: 'running', at: 10 },
      { type: 'run_observed', from: 'running', to: 'running', at: 59, seq: training.rev },
    ]);
    expect(await raw.xlen('{trainyard}:stream')).toBe(before + 51);
    await raw.quit();
  });
});
