import { checkEpoch, checkReadiness, recover, listActiveAlarms, watchDataLoss } from '@trainyard/application';
import { type Training, transition } from '@trainyard/domain';
import { Redis } from 'ioredis';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { openYard, type Yard } from './yard.ts';

let yard: Yard;
let raw: Redis;
beforeEach(async () => {
  yard = await openYard({ pace: { durationMs: 120_000 } });
  raw = new Redis(yard.redisUrl);
  // It is killed in some of these.
  raw.on('error', () => undefined);
});
afterEach(async () => {
  await raw.quit();
  await yard.close();
});

const document = async (key: string): Promise<Readonly<Record<string, unknown>> | undefined> => {
  const held = await yard.deps.objects.get(key);
  return held && (JSON.parse(new TextDecoder().decode(held.body)) as Record<string, unknown>);
};

const journalled = async ({ id }: Training) => (await document(`trainings/${id}.json`))?.['status'];

it('a flush of Redis with runs live and work queued loses nothing and pays for nothing twice', async () => {
  const done = await yard.train();
  await yard.until(done, 'completed');
  const trainings = [await yard.train(), await yard.train(), await yard.train(), await yard.train()];
  for (const training of trainings.slice(0, 2)) await yard.until(training, 'running');
  for (const training of trainings)
    await expect.poll(() => journalled(training), { timeout: 20_000 }).toMatch(/queued|submit|running/);

  await raw.flushall();
  expect(await checkEpoch(yard.deps)).toBe('recover_required');
  for (const _ of [1, 2]) await watchDataLoss(yard.deps);
  expect((await listActiveAlarms(yard.deps)).map(({ code }) => code)).toContain('recover_required');
  expect(await raw.keys('*:alarm.recover_required.*')).toHaveLength(1);
  const accepted = yard.standIn.history.jobs().length;
  const planned = await recover(yard.deps, { dryRun: true });
  expect(planned.trainings.map(({ trainingId }) => trainingId).sort()).toEqual(
    [done, ...trainings].map(({ id }) => id).sort(),
  );
  expect(await yard.deps.store.load(done.id)).toBeUndefined();
  expect(yard.standIn.history.jobs()).toHaveLength(accepted);

  await recover(yard.deps);
  expect(await checkEpoch(yard.deps)).toBe('sound');
  await watchDataLoss(yard.deps);
  expect((await listActiveAlarms(yard.deps)).map(({ code }) => code)).not.toContain('recover_required');
  for (const training of trainings) await yard.until(training, 'completed');
  expect((await yard.deps.store.load(done.id))!.status).toBe('completed');
  expect(yard.standIn.history.doubleAcceptances()).toEqual([]);
  expect(yard.standIn.history.jobs()).toHaveLength(5);
  expect(yard.standIn.history.maxLive()).toBe(2);
  for (const { request } of trainings)
    expect(await yard.deps.manifests.listVersions(request.subject)).toMatchObject([{ status: 'completed' }]);
  expect((await recover(yard.deps)).trainings.every(({ action }) => action === 'known')).toBe(true);
});

it('a process that read what is gone and writes after the recovery is told to read again', async () => {
  const training = await yard.train();
  await expect.poll(() => journalled(training), { timeout: 20_000 }).toMatch(/queued|submit|running/);
  const gone = (await yard.deps.store.load(training.id))!;
  await raw.flushall();
  await recover(yard.deps);
  const revision = (await document(`trainings/${training.id}.json`))?.['rev'];
  expect(revision, 'the journal has what was put back').toBeGreaterThan(10_000_000);
  const news = { type: 'attention_raised', at: 1, cause: 'dispatcher', reason: 'of before' } as const;
  for (let ahead = 0; ahead < 5; ahead += 1) {
    const before = { ...gone, rev: gone.rev + ahead };
    const { training: after } = transition(before, news);
    expect(await yard.deps.store.save(after, news, before)).toBe('stale');
  }
  await yard.until(training, 'completed');
  expect(yard.standIn.history.doubleAcceptances()).toEqual([]);
});

/** Whether the store knows all: from then on an older Redis is found out. */
const isTold = async (): Promise<boolean> => {
  const { highWaterMark, reason } = await yard.deps.store.getControl();
  const { pendingBackups } = await yard.deps.store.getCounts();
  const epoch = await document('data/epoch.json');
  const settings = await document('data/settings.json');
  return pendingBackups === 0 && epoch?.['mark'] === highWaterMark && settings?.['reason'] === reason;
};

it('a Redis that is put back from an old copy of its files loses nothing and pays for nothing twice', async () => {
  const trainings = [await yard.train(), await yard.train(), await yard.train(), await yard.train()];
  for (const training of trainings.slice(0, 2)) await yard.until(training, 'running');
  const ids = trainings.map(({ id }) => id);
  const putBack = await yard.redis.copy();
  for (const training of trainings.slice(0, 2)) await yard.until(training, 'completed');
  const later = await yard.train();
  await yard.deps.store.setControl({ reason: 'since the copy' });
  const begun = async () =>
    (await yard.deps.store.loadAll(ids)).map(({ attemptsStarted }) => attemptsStarted);
  await expect.poll(begun, { timeout: 20_000 }).toEqual([1, 1, 1, 1]);
  await expect.poll(isTold, { timeout: 20_000, interval: 20 }).toBe(true);
  const before = await yard.deps.budgets.getAccounts(yard.deps.clock.now());

  await putBack();
  await expect.poll(() => checkEpoch(yard.deps), { timeout: 10_000 }).toBe('recover_required');
  const accepted = yard.standIn.history.jobs().length;
  expect((await yard.deps.store.load(trainings[2]!.id))!.attemptsStarted).toBe(0);
  expect(await yard.deps.store.load(later.id)).toBeUndefined();
  for (const _ of [1, 2]) await watchDataLoss(yard.deps);
  expect((await listActiveAlarms(yard.deps)).map(({ code }) => code)).toContain('recover_required');
  await new Promise((resolve) => setTimeout(resolve, 3_000));
  expect(yard.standIn.history.jobs()).toHaveLength(accepted);
  expect(await checkReadiness(yard.deps)).toEqual(['recover_required']);

  const recovery = await recover(yard.deps);
  expect(recovery).toMatchObject({ opened: true, refused: [] });
  const actionOf = (id: string) => recovery.trainings.find(({ trainingId }) => trainingId === id)?.action;
  expect(ids.slice(2).map(actionOf)).toEqual(['restored', 'restored']);
  expect(await checkEpoch(yard.deps)).toBe('sound');
  expect((await yard.deps.store.getControl()).reason).toBe('since the copy');
  for (const training of [...trainings, later]) await yard.until(training, 'completed');
  expect(yard.standIn.history.doubleAcceptances()).toEqual([]);
  expect(yard.standIn.history.jobs()).toHaveLength(5);
  expect(yard.standIn.history.maxLive()).toBe(2);
  for (const { request } of [...trainings, later])
    expect(await yard.deps.manifests.listVersions(request.subject)).toMatchObject([{ status: 'completed' }]);
  const after = await yard.deps.budgets.getAccounts(yard.deps.clock.now());
  expect(after.month.spentUsd).toBeGreaterThanOrEqual(before.month.spentUsd);
  expect((await recover(yard.deps)).trainings.every(({ action }) => action === 'known')).toBe(true);
});

it('a Redis that is killed again and again comes back as it was, and nobody is alarmed', async () => {
  const trainings = [await yard.train(), await yard.train(), await yard.train()];
  for (let times = 0; times < 5; times += 1) {
    await yard.redis.restart();
    await expect.poll(() => checkEpoch(yard.deps).catch(() => undefined), { timeout: 10_000 }).toBe('sound');
    await yard.train();
    expect(await checkEpoch(yard.deps)).toBe('sound');
  }
  for (const training of trainings) await yard.until(training, 'completed');
  expect(await checkEpoch(yard.deps)).toBe('sound');
  expect((await listActiveAlarms(yard.deps)).map(({ code }) => code)).not.toContain('recover_required');
});
