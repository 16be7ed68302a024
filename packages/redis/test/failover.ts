import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { StoreUnavailableError } from '@trainyard/application';
import { buildTraining } from '@trainyard/testing/builders';
import type { TestSentinelGroup } from '@trainyard/testing/redis';
import { Redis } from 'ioredis';
import { expect } from 'vitest';
import type { RedisBackend } from '../src/index.ts';

/** Opens a client of the current master. */
export async function withMaster<T>(
  group: TestSentinelGroup,
  use: (master: Redis) => Promise<T>,
): Promise<T> {
  const master = new Redis(await group.getMasterPort(), '127.0.0.1');
  return use(master).finally(() => master.disconnect());
}

/** Accepts a new training with an idempotency claim. */
export function accept({ store }: RedisBackend, key: string = randomUUID()) {
  const id = randomUUID();
  const claim = { key, fingerprint: 'f' };
  const training = buildTraining({ id });
  return { id, claim, training, result: store.accept(training, { exclusive: false, claim }) };
}

/** The duration of a cut before the master is killed, within which it still accepts writes. */
const CUT_MS = 300;

/** The failovers by their fault, each until the Sentinels name the new master. */
export const FAILOVERS = {
  killed: async (group: TestSentinelGroup) => void (await group.waitForFailover(await group.killMaster())),
  killed_after_cut: async (group: TestSentinelGroup) => {
    const port = await group.cutReplication();
    await sleep(CUT_MS);
    await group.waitForFailover(await group.killMaster(port));
  },
  /** The old master resumes with its clients attached. */
  frozen: async (group: TestSentinelGroup, forMs: number) => {
    const old = await group.freezeMaster();
    await Promise.all([group.waitForFailover(old), sleep(forMs)]);
    group.thaw(old);
  },
} as const;

const MIN_ANSWERS = 5;

/**
 * Accepts trainings before, during and after a failover. Expects that the new master has each acknowledged training, and
 * that a reconcile worker and the stream of changes follow it.
 */
export async function failOverUnderLoad(
  group: TestSentinelGroup,
  backend: RedisBackend,
  failOver: (group: TestSentinelGroup) => Promise<void>,
): Promise<void> {
  const followers = await openFollowers(backend);
  const loads = [startLoad(backend), startLoad(backend)];
  const waitForAnswers = async (): Promise<void> => {
    for (const each of loads) {
      const before = each.acknowledged.length;
      await expect
        .poll(() => each.acknowledged.length - before, { timeout: 20_000 })
        .toBeGreaterThan(MIN_ANSWERS);
    }
  };
  await waitForAnswers();
  await failOver(group);
  await group.restore();
  await waitForAnswers();
  const acknowledged = (await Promise.all(loads.map((each) => each.stop()))).flat();
  const stored = await backend.store.loadAll(acknowledged);
  expect(stored.map(({ id }) => id)).toEqual(acknowledged);
  const [last = ''] = acknowledged.slice(-1);
  await backend.reconcileJobs.runNow(last);
  await expect.poll(() => followers.handled.has(last), { timeout: 10_000 }).toBe(true);
  await expect.poll(() => followers.streamed.has(last), { timeout: 10_000 }).toBe(true);
  await followers.close();
}

async function openFollowers(backend: RedisBackend) {
  const [handled, streamed] = [new Set<string>(), new Set<string>()];
  const worker = await backend.runReconcileJobs(async (id) => {
    handled.add(id);
    return undefined;
  });
  const feed = backend.feed.follow('$', (entries) => {
    for (const each of entries) if (each.kind === 'training') streamed.add(each.trainingId);
  });
  const close = async (): Promise<void> => {
    await worker.close();
    await feed.close();
  };
  return { handled, streamed, close };
}

const PAUSE_MS = 5;

/** Accepts trainings one after the other; each request is repeated under its key until it is answered. */
function startLoad(backend: RedisBackend) {
  const acknowledged: string[] = [];
  let isStopped = false;
  const run = async (): Promise<void> => {
    while (!isStopped) {
      acknowledged.push(await acceptUntilAnswered(backend, randomUUID()));
      await sleep(PAUSE_MS);
    }
  };
  const running = run();
  const stop = async (): Promise<readonly string[]> => {
    isStopped = true;
    await running;
    return acknowledged;
  };
  return { acknowledged, stop };
}

async function acceptUntilAnswered(backend: RedisBackend, key: string): Promise<string> {
  for (;;) {
    try {
      const { id, result } = accept(backend, key);
      const answer = await result;
      return answer.kind === 'replayed' ? answer.trainingId : id;
    } catch (error) {
      if (!(error instanceof StoreUnavailableError)) throw error;
      await sleep(PAUSE_MS);
    }
  }
}
