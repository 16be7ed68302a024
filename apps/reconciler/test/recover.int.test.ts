import { checkEpoch, recover, standingAlarms, watchRecord } from '@trainyard/application';
import type { Training } from '@trainyard/domain';
import { Redis } from 'ioredis';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { openYard, type Yard } from './yard.ts';

let yard: Yard;
let raw: Redis;
beforeEach(async () => {
  yard = await openYard();
  raw = new Redis(yard.redisUrl);
});
afterEach(async () => {
  await raw.quit();
  await yard.close();
});

const journalled = async (training: Training): Promise<string | undefined> => {
  const held = await yard.deps.objects.get(`trainings/${training.id}.json`);
  return held && (JSON.parse(new TextDecoder().decode(held.body)) as Training).status;
};

it('a flush of Redis with runs live and work queued loses nothing and pays for nothing twice', async () => {
  const done = await yard.train();
  await yard.until(done, 'completed');
  const trainings = [await yard.train(), await yard.train(), await yard.train(), await yard.train()];
  for (const training of trainings.slice(0, 2)) await yard.until(training, 'running');
  for (const training of trainings)
    await expect.poll(() => journalled(training), { timeout: 20_000 }).toMatch(/queued|submit|running/);

  await raw.flushall();
  expect(await checkEpoch(yard.deps)).toBe('recover_required');
  for (const _ of [1, 2]) await watchRecord(yard.deps);
  expect((await standingAlarms(yard.deps)).map(({ code }) => code)).toContain('recover_required');
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
  await watchRecord(yard.deps);
  expect((await standingAlarms(yard.deps)).map(({ code }) => code)).not.toContain('recover_required');
  for (const training of trainings) await yard.until(training, 'completed');
  expect((await yard.deps.store.load(done.id))!.status).toBe('completed');
  expect(yard.standIn.history.doubleAcceptances()).toEqual([]);
  expect(yard.standIn.history.jobs()).toHaveLength(5);
  expect(yard.standIn.history.maxLive()).toBe(2);
  for (const { request } of trainings)
    expect(await yard.deps.manifests.versions(request.subject)).toMatchObject([{ status: 'completed' }]);
  expect((await recover(yard.deps)).trainings.every(({ action }) => action === 'known')).toBe(true);
});
