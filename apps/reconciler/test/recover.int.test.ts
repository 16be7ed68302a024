import { checkEpoch, checkReadiness, listActiveAlarms, recover, watchDataLoss } from '@trainyard/application';
import type { Training } from '@trainyard/domain';
import { Redis } from 'ioredis';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { openTestSystem, type TestSystem } from './test-system.ts';

let system: TestSystem;
let raw: Redis;
beforeEach(async () => {
  system = await openTestSystem({ pace: { durationMs: 120_000 } });
  raw = new Redis(system.redis.url);
  // Some tests kill Redis, which ends this connection.
  raw.on('error', () => undefined);
});
afterEach(async () => {
  await raw.quit();
  await system.close();
});

async function readDocument(key: string): Promise<Readonly<Record<string, unknown>> | undefined> {
  const stored = await system.deps.objects.get(key);
  return stored && (JSON.parse(new TextDecoder().decode(stored.body)) as Record<string, unknown>);
}

async function readBackupStatus({ id }: Training) {
  return (await readDocument(`trainings/${id}.json`))?.['status'];
}

it('a recovery after a flush of Redis loses no live or queued training and pays for none twice', async () => {
  const done = await system.accept();
  await system.waitForStatus(done, 'completed');
  const trainings = [
    await system.accept(),
    await system.accept(),
    await system.accept(),
    await system.accept(),
  ];
  for (const training of trainings.slice(0, 2)) await system.waitForStatus(training, 'running');
  for (const training of trainings)
    await expect.poll(() => readBackupStatus(training), { timeout: 20_000 }).toMatch(/queued|submit|running/);

  await raw.flushall();
  expect(await checkEpoch(system.deps)).toBe('recover_required');
  for (const _ of [1, 2]) await watchDataLoss(system.deps);
  expect((await listActiveAlarms(system.deps)).map(({ code }) => code)).toContain('recover_required');
  expect(await raw.keys('*:alarm.recover_required.*')).toHaveLength(1);
  const accepted = system.simulator.history.jobs().length;
  const planned = await recover(system.deps, { dryRun: true });
  expect(planned.trainings.map(({ trainingId }) => trainingId).sort()).toEqual(
    [done, ...trainings].map(({ id }) => id).sort(),
  );
  expect(await system.deps.store.load(done.id)).toBeUndefined();
  expect(system.simulator.history.jobs()).toHaveLength(accepted);

  await recover(system.deps);
  expect(await checkEpoch(system.deps)).toBe('current');
  await watchDataLoss(system.deps);
  expect((await listActiveAlarms(system.deps)).map(({ code }) => code)).not.toContain('recover_required');
  for (const training of trainings) await system.waitForStatus(training, 'completed');
  expect((await system.deps.store.load(done.id))!.status).toBe('completed');
  expect(system.simulator.history.doubleAcceptances()).toEqual([]);
  expect(system.simulator.history.jobs()).toHaveLength(5);
  expect(system.simulator.history.maxLive()).toBe(2);
  for (const { request } of trainings)
    expect(await system.deps.manifests.listVersions(request.subject)).toMatchObject([
      { status: 'completed' },
    ]);
  expect((await recover(system.deps)).trainings.every(({ action }) => action === 'known')).toBe(true);
});

/** Whether all state is backed up and the high-water mark is published: from then on an older Redis is detected. */
async function isHighWaterMarkPublished(): Promise<boolean> {
  const { highWaterMark, reason } = await system.deps.store.getControl();
  const { pendingBackups } = await system.deps.store.getCounts();
  const epoch = await readDocument('data/epoch.json');
  const settings = await readDocument('data/settings.json');
  return (
    pendingBackups === 0 && epoch?.['highWaterMark'] === highWaterMark && settings?.['reason'] === reason
  );
}

it('a recovery of a Redis with old files loses no training and pays for none twice', async () => {
  const trainings = [
    await system.accept(),
    await system.accept(),
    await system.accept(),
    await system.accept(),
  ];
  for (const training of trainings.slice(0, 2)) await system.waitForStatus(training, 'running');
  const ids = trainings.map(({ id }) => id);
  const restoreOldFiles = await system.redis.snapshot();
  for (const training of trainings.slice(0, 2)) await system.waitForStatus(training, 'completed');
  const later = await system.accept();
  await system.deps.store.setControl({ reason: 'after the copy' });
  const listAttemptsStarted = async () =>
    (await system.deps.store.loadAll(ids)).map(({ attemptsStarted }) => attemptsStarted);
  await expect.poll(listAttemptsStarted, { timeout: 20_000 }).toEqual([1, 1, 1, 1]);
  await expect.poll(isHighWaterMarkPublished, { timeout: 20_000, interval: 20 }).toBe(true);
  const before = await system.deps.budgets.getAccounts(system.deps.clock.now());

  await restoreOldFiles();
  await expect.poll(() => checkEpoch(system.deps), { timeout: 10_000 }).toBe('recover_required');
  const accepted = system.simulator.history.jobs().length;
  expect((await system.deps.store.load(trainings[2]!.id))!.attemptsStarted).toBe(0);
  expect(await system.deps.store.load(later.id)).toBeUndefined();
  for (const _ of [1, 2]) await watchDataLoss(system.deps);
  expect((await listActiveAlarms(system.deps)).map(({ code }) => code)).toContain('recover_required');
  await new Promise((resolve) => setTimeout(resolve, 3_000));
  expect(system.simulator.history.jobs()).toHaveLength(accepted);
  expect(await checkReadiness(system.deps)).toEqual(['recover_required']);

  const recovery = await recover(system.deps);
  expect(recovery).toMatchObject({ opened: true, unreadable: [] });
  const getAction = (id: string) => recovery.trainings.find(({ trainingId }) => trainingId === id)?.action;
  expect(ids.slice(2).map(getAction)).toEqual(['restored', 'restored']);
  expect(await checkEpoch(system.deps)).toBe('current');
  expect((await system.deps.store.getControl()).reason).toBe('after the copy');
  for (const training of [...trainings, later]) await system.waitForStatus(training, 'completed');
  expect(system.simulator.history.doubleAcceptances()).toEqual([]);
  expect(system.simulator.history.jobs()).toHaveLength(5);
  expect(system.simulator.history.maxLive()).toBe(2);
  for (const { request } of [...trainings, later])
    expect(await system.deps.manifests.listVersions(request.subject)).toMatchObject([
      { status: 'completed' },
    ]);
  const after = await system.deps.budgets.getAccounts(system.deps.clock.now());
  expect(after.month.spentUsd).toBeGreaterThanOrEqual(before.month.spentUsd);
  expect((await recover(system.deps)).trainings.every(({ action }) => action === 'known')).toBe(true);
});

it('a Redis that is killed five times stays current and raises no alarm', async () => {
  const trainings = [await system.accept(), await system.accept(), await system.accept()];
  for (let times = 0; times < 5; times += 1) {
    await system.redis.restart();
    await expect
      .poll(() => checkEpoch(system.deps).catch(() => undefined), { timeout: 10_000 })
      .toBe('current');
    await system.accept();
    expect(await checkEpoch(system.deps)).toBe('current');
  }
  for (const training of trainings) await system.waitForStatus(training, 'completed');
  expect(await checkEpoch(system.deps)).toBe('current');
  expect((await listActiveAlarms(system.deps)).map(({ code }) => code)).not.toContain('recover_required');
});
