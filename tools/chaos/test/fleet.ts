import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { accept } from '@trainyard/application';
import type { Training } from '@trainyard/domain';
import { readHistory } from '@trainyard/runpod-simulator';
import { type Fleet, startFleet } from '@trainyard/testing/fleet';
import { startTestRedis } from '@trainyard/testing/redis';
import { expect, onTestFinished } from 'vitest';

const MAX_CONCURRENCY = 2;

/** Load of a fleet of three dispatchers and two reconcilers. */
export interface FleetLoad {
  readonly trainings: number;
  /** Interval in which the next dispatcher is killed and replaced. Real ms. */
  readonly killEveryMs: number;
  /** Upper bound for all trainings to complete. Real ms. */
  readonly timeoutMs: number;
}

/**
 * Completes all trainings while dispatchers are killed. Expects at most two live runs at any moment, one run per training,
 * no active attempt at the end, and starts in the order of priority and acceptance but for the disturbed trainings.
 */
export async function completeOnFleet({
  trainings: count,
  killEveryMs,
  timeoutMs,
}: FleetLoad): Promise<void> {
  const fleet = await openFleet();
  const trainings = await enqueueTrainings(fleet, count);
  for (let n = 0; n < 3; n += 1) fleet.start('dispatcher');
  for (let n = 0; n < 2; n += 1) fleet.start('reconciler');
  const killing = killPeriodically(fleet, killEveryMs);
  await expect
    .poll(() => fleet.deps.store.count('completed'), { timeout: timeoutMs, interval: 500 })
    .toBe(count);
  killing.stop();

  const ended = await loadTrainings(fleet, trainings);
  expect(ended.map(({ status }) => status)).toEqual(trainings.map(() => 'completed'));
  const history = readHistory(fleet.historyFile);
  expect(history.maxLive()).toBe(MAX_CONCURRENCY);
  expect(history.doubleAcceptances()).toEqual([]);
  expect(history.jobs()).toHaveLength(count);
  expect(await fleet.deps.store.listActiveAttempts()).toEqual([]);
  expect(killing.count()).toBeGreaterThan(3);
  expectOrder(ended, killing.count());
}

async function openFleet(): Promise<Fleet> {
  const dir = await mkdtemp(join(tmpdir(), 'trainyard-fleet-'));
  onTestFinished(() => rm(dir, { recursive: true, force: true }));
  const redis = await startTestRedis();
  onTestFinished(() => redis.close());
  const fleet = await startFleet({
    redisUrl: redis.url,
    dir,
    timeFactor: 60,
    maxConcurrency: MAX_CONCURRENCY,
    runMs: 9_000,
    coldStartMs: 1_000,
    simulatorWorkers: 8,
  });
  onTestFinished(() => fleet.close());
  return fleet;
}

async function enqueueTrainings({ deps }: Fleet, count: number): Promise<readonly Training[]> {
  await deps.objects.put('images/a.png', new Uint8Array(4_000));
  const accepted: Training[] = [];
  for (let n = 0; n < count; n += 1) {
    const { training } = await accept(deps, {
      subject: { kind: 'actor', id: `actor-${n}` },
      images: [deps.objects.toUri('images/a.png')],
      trigger: 'ohwx',
      priority: 1 + ((n * 7919) % 50),
      maxAttempts: 5,
      source: 'person',
    });
    accepted.push(training);
  }
  return accepted;
}

function loadTrainings({ deps }: Fleet, trainings: readonly Training[]): Promise<readonly Training[]> {
  return Promise.all(trainings.map(async ({ id }) => (await deps.store.load(id))!));
}

/** Kills and replaces the next dispatcher in each interval, at a random point of its work. */
function killPeriodically(fleet: Fleet, everyMs: number) {
  let kills = 0;
  const timer = setInterval(async () => {
    const victim = fleet.listRunning('dispatcher')[kills % 3]!;
    kills += 1;
    await victim.kill();
    fleet.replace(victim);
  }, everyMs);
  return { stop: () => clearInterval(timer), count: () => kills };
}

/** A training with a single attempt starts at its position in the queue; each kill may move up to two of them. */
function expectOrder(ended: readonly Training[], kills: number): void {
  const retried = ended.filter(({ attemptsStarted }) => attemptsStarted > 1).length;
  const disturbed = retried + kills * MAX_CONCURRENCY;
  const undisturbed = ended.filter(({ attemptsStarted }) => attemptsStarted === 1);
  const queued = undisturbed.toSorted(
    (a, b) => a.priority - b.priority || a.acceptedAt - b.acceptedAt || (a.id < b.id ? -1 : 1),
  );
  const started = undisturbed.toSorted((a, b) => getStartedAt(a) - getStartedAt(b));
  const moved = started.map(({ id }, index) => Math.abs(queued.findIndex((each) => each.id === id) - index));
  expect(Math.max(...moved)).toBeLessThanOrEqual(MAX_CONCURRENCY + disturbed);
  expect(moved.filter((by) => by > MAX_CONCURRENCY).length).toBeLessThanOrEqual(disturbed * MAX_CONCURRENCY);
}

function getStartedAt(training: Training): number {
  return (training as { attempt?: { startedAt: number } }).attempt!.startedAt;
}
