import { applyEvent, cancelRequested, startAttempt } from '@trainyard/testing/builders';
import { openTestBackend, startTestSentinelGroup, type TestSentinelGroup } from '@trainyard/testing/redis';
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import type { RedisBackend } from '../src/index.ts';
import { accept, FAILOVERS, failOverUnderLoad, withMaster } from './failover.ts';

let group: TestSentinelGroup;
beforeAll(async () => {
  group = await startTestSentinelGroup();
});
afterAll(() => group.close());

async function openBackend(): Promise<RedisBackend> {
  const backend = await openTestBackend(group);
  onTestFinished(() => backend.close());
  return backend;
}

const TOO_FEW = { code: 'redis_unavailable', reason: '0 of 1 replicas acknowledged the write within 1 s' };

describe('a write that too few replicas acknowledge', () => {
  it('is kept and not confirmed: an acceptance, its repetition, a start, an end, a limit and the published mark', async () => {
    const on = await openBackend();
    const waiting = await accept(on);
    await waiting.result;
    await on.queue.enqueue(waiting.id, { name: 'n', priority: 1 });
    const consumer = await on.openConsumer(() => undefined);
    onTestFinished(() => consumer.close());
    const job = await consumer.claim();
    await on.store.advanceHighWaterMark(undefined, '1.a');
    expect((await on.store.getReplicatedControl()).highWaterMark).toBe('1.a');

    await group.cutReplication();
    const refused = await accept(on);
    await expect(refused.result).rejects.toMatchObject(TOO_FEW);
    expect(await on.store.load(refused.id)).toMatchObject({ status: 'queued' });
    const start = startAttempt(waiting.training, job?.lockToken ?? '');
    const cancel = applyEvent(refused.training, cancelRequested());
    await on.store.advanceHighWaterMark('1.a', '2.b');
    const writes = [
      on.store.findAccepted(refused.claim),
      on.store.start(start.training, start.event, { before: start.before }),
      on.store.save(cancel.training, cancel.event, cancel.before),
      on.store.setControl({ maxConcurrency: 1 }),
      on.store.getReplicatedControl(),
    ];
    for (const each of await Promise.allSettled(writes))
      expect(each).toMatchObject({ status: 'rejected', reason: TOO_FEW });
    expect(await on.store.load(refused.id)).toMatchObject({ status: 'cancelled' });

    await group.restore();
    expect(await on.store.findAccepted(refused.claim)).toMatchObject({
      kind: 'replayed',
      trainingId: refused.id,
    });
    expect(await on.store.start(start.training, start.event, { before: start.before })).toBe('started');
    expect(await on.store.getReplicatedControl()).toMatchObject({ highWaterMark: '2.b', maxConcurrency: 1 });
  });
});

describe('a failover', () => {
  it.each(['killed', 'killed_after_cut'] as const)(
    'loses no acknowledged training, and queues, workers and streams follow the new master: %s',
    async (kind) => {
      await failOverUnderLoad(group, await openBackend(), FAILOVERS[kind]);
    },
  );
});

describe('the start of a process with Sentinel', () => {
  it('is refused without min-replicas-to-write, without INFO or WAIT, and for a master that no Sentinel knows', async () => {
    await withMaster(group, (master) => master.config('SET', 'min-replicas-to-write', 0));
    await expect(openBackend()).rejects.toThrow(
      /^Redis at the master trainyard of the Sentinels .* cannot be used: min-replicas-to-write is 0/,
    );
    await withMaster(group, (master) => master.config('SET', 'min-replicas-to-write', 1));
    await withMaster(group, (master) => master.call('ACL', 'SETUSER', 'default', '-info'));
    await expect(openBackend()).rejects.toThrow('the user may not run INFO, which Sentinel needs');
    await withMaster(group, (master) => master.call('ACL', 'SETUSER', 'default', '+info', '-wait'));
    await expect(openBackend()).rejects.toThrow('the user may not run WAIT: allow them by ACL SETUSER');
    await withMaster(group, (master) => master.call('ACL', 'SETUSER', 'default', '+wait'));
    const sentinel = { ...group.target.sentinel, name: 'unknown' };
    await expect(openTestBackend({ target: { ...group.target, sentinel } })).rejects.toMatchObject({
      code: 'redis_unreachable',
      message: expect.stringContaining('the master unknown of the Sentinels'),
    });
  });
});
