import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { accept } from '@trainyard/application';
import type { Training } from '@trainyard/domain';
import { readHistory } from '@trainyard/runpod-simulator';
import { type Fleet, startFleet } from '@trainyard/testing/fleet';
import { startTestRedis, type TestRedis } from '@trainyard/testing/redis';
import { afterEach, beforeEach, expect, it } from 'vitest';

const TRAININGS = 200;
const MAX_CONCURRENCY = 2;
const KILL_EVERY_MS = 3_000;

let dir: string;
let redis: TestRedis;
let fleet: Fleet;
beforeEach(async () => {
  dir = await mkdtemp(join(tmpdir(), 'trainyard-fleet-'));
  redis = await startTestRedis();
  fleet = await startFleet({
    redisUrl: redis.url,
    dir,
    timeFactor: 60,
    maxConcurrency: MAX_CONCURRENCY,
    runMs: 9_000,
    coldStartMs: 1_000,
    simulatorWorkers: 8,
  });
});
afterEach(async () => {
  await fleet.close();
  await redis.close();
  await rm(dir, { recursive: true, force: true });
});

async function enqueueAll(): Promise<readonly Training[]> {
  await fleet.deps.objects.put('images/a.png', new Uint8Array(4_000));
  const accepted: Training[] = [];
  for (let n = 0; n < TRAININGS; n += 1) {
    const { training } = await accept(fleet.deps, {
      subject: { kind: 'actor', id: `actor-${n}` },
      images: [fleet.deps.objects.toUri('images/a.png')],
      priority: 1 + ((n * 7919) % 50),
      maxAttempts: 5,
      source: 'person',
    });
    accepted.push(training);
  }
  return accepted;
}

async function load(trainings: readonly Training[]): Promise<readonly Training[]> {
  return Promise.all(trainings.map(async ({ id }) => (await fleet.deps.store.load(id))!));
}

/** Kills a dispatcher every few seconds, at no chosen point, until told to stop. */
function killPeriodically() {
  let kills = 0;
  const timer = setInterval(async () => {
    const victim = fleet.listRunning('dispatcher')[kills % 3]!;
    kills += 1;
    await victim.kill();
    fleet.replace(victim);
  }, KILL_EVERY_MS);
  return { stop: () => clearInterval(timer), count: () => kills };
}

it('200 trainings, three dispatchers, two reconcilers, one dispatcher killed every few seconds: never a third live run, all finished, in order', {
  timeout: 460_000,
}, async () => {
  const trainings = await enqueueAll();
  for (let n = 0; n < 3; n += 1) fleet.start('dispatcher');
  for (let n = 0; n < 2; n += 1) fleet.start('reconciler');
  const killing = killPeriodically();
  await expect
    .poll(() => fleet.deps.store.count('completed'), { timeout: 400_000, interval: 500 })
    .toBe(TRAININGS);
  killing.stop();

  const ended = await load(trainings);
  expect(ended.map(({ status }) => status)).toEqual(trainings.map(() => 'completed'));
  const history = await readHistory(fleet.historyFile);
  expect(history.maxLive()).toBe(MAX_CONCURRENCY);
  expect(history.doubleAcceptances()).toEqual([]);
  expect(history.jobs()).toHaveLength(TRAININGS);
  expect(await fleet.deps.store.listActiveAttempts()).toEqual([]);
  expect(killing.count()).toBeGreaterThan(3);

  const disturbed =
    ended.filter(({ attemptsStarted }) => attemptsStarted > 1).length + killing.count() * MAX_CONCURRENCY;
  const calm = ended.filter(({ attemptsStarted }) => attemptsStarted === 1);
  const wanted = [...calm].sort(
    (a, b) => a.priority - b.priority || a.acceptedAt - b.acceptedAt || (a.id < b.id ? -1 : 1),
  );
  const startOf = ({ attempt }: { attempt?: { startedAt: number } }) => attempt!.startedAt;
  const seen = [...calm].sort((a, b) => startOf(a as never) - startOf(b as never));
  const moved = seen.map(({ id }, index) => Math.abs(wanted.findIndex((each) => each.id === id) - index));
  expect(Math.max(...moved)).toBeLessThanOrEqual(MAX_CONCURRENCY + disturbed);
  expect(moved.filter((by) => by > MAX_CONCURRENCY).length).toBeLessThanOrEqual(disturbed * MAX_CONCURRENCY);
});
