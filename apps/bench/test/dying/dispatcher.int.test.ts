import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { HELD_BACK, openScene, type Scene } from './scene.ts';

let scene: Scene;
beforeEach(async () => {
  scene = await openScene();
});
afterEach(async () => {
  const double = scene.history().doubleAcceptances();
  await scene.close();
  expect(double).toEqual([]);
});

const PATIENCE = { timeout: 60_000, interval: 20 };
const accepted = () => scene.history().jobs().length;
const untilReady = () =>
  expect.poll(async () => (await scene.fleet.deps.store.getControl()).epoch, PATIENCE).toBeDefined();
const jobs = () => scene.fleet.redis.queues()[0]!.getJobCounts('active', 'delayed', 'prioritized');

/** What is left is done by those who come after. */
const finishedByOthers = async (training: Parameters<Scene['load']>[0]) => {
  scene.fleet.start('dispatcher');
  scene.fleet.start('reconciler');
  await scene.until(training, 'completed');
  expect(accepted()).toBe(1);
};

describe('a dispatcher that is asked to end', () => {
  it('while it prepares gives the training back, unspent', async () => {
    const dispatcher = scene.fleet.start('dispatcher');
    await untilReady();
    const release = scene.blockWrites();
    const training = await scene.train();
    await expect.poll(async () => (await jobs())['active'], PATIENCE).toBe(1);
    dispatcher.signal('SIGTERM');
    await sleep(300);
    release();
    expect(await dispatcher.ended).toBe(0);
    expect(await scene.load(training)).toMatchObject({ status: 'queued', attemptsStarted: 0 });
    expect((await jobs())['active']).toBe(0);
    expect(accepted()).toBe(0);
    await finishedByOthers(training);
  });

  it('between the save of a start and the call sends it and saves the answer', async () => {
    const dispatcher = scene.fleet.start('dispatcher', HELD_BACK);
    const training = await scene.train();
    await scene.until(training, 'submitting');
    dispatcher.signal('SIGTERM');
    expect(accepted()).toBe(0);
    expect(await dispatcher.ended).toBe(0);
    expect(await scene.load(training)).toMatchObject({ status: 'submitted', attemptsStarted: 1 });
    expect(accepted()).toBe(1);
  });

  it('during the call waits for the answer, saves it, and takes nothing more', async () => {
    await scene.fleet.standIn.strike({ kind: 'slow', op: 'run', delay_ms: 15_000, after_accepting: true });
    const dispatcher = scene.fleet.start('dispatcher');
    const training = await scene.train();
    await scene.untilPostHeld();
    dispatcher.signal('SIGTERM');
    await sleep(200);
    const next = await scene.train();
    expect(await dispatcher.ended).toBe(0);
    expect(await scene.load(training)).toMatchObject({ status: 'submitted' });
    expect((await scene.load(next)).status).toBe('queued');
    expect(accepted()).toBe(1);
  });

  it('during a call that is never answered saves that nobody knows', async () => {
    await scene.fleet.standIn.strike({ kind: 'hang', op: 'run', after_accepting: true });
    const dispatcher = scene.fleet.start('dispatcher');
    const training = await scene.train();
    await scene.untilPostHeld();
    dispatcher.signal('SIGTERM');
    expect(await dispatcher.ended).toBe(0);
    expect(await scene.load(training)).toMatchObject({ status: 'unconfirmed', attemptsStarted: 1 });
    await finishedByOthers(training);
  });

  it('twice ends at once, and the doubt that is left is settled by evidence', async () => {
    await scene.fleet.standIn.strike({ kind: 'hang', op: 'run', after_accepting: true });
    const dispatcher = scene.fleet.start('dispatcher');
    const training = await scene.train();
    await scene.untilPostHeld();
    dispatcher.signal('SIGTERM');
    await sleep(1_200);
    dispatcher.signal('SIGTERM');
    expect(await dispatcher.ended).toBe(1);
    expect((await scene.load(training)).status).toBe('submitting');
    await finishedByOthers(training);
  });

  it('while Redis is away ends all the same', async () => {
    const dispatcher = scene.fleet.start('dispatcher');
    await untilReady();
    process.kill(scene.redis.pid, 'SIGKILL');
    await sleep(500);
    dispatcher.signal('SIGTERM');
    expect(await dispatcher.ended).toBe(0);
    await scene.redis.restart();
  });
});

it('a dispatcher that crashes during a call still saves its answer, closes, and ends with a fault', async () => {
  const dispatcher = scene.fleet.start('dispatcher', HELD_BACK);
  const training = await scene.train();
  await scene.until(training, 'submitting');
  dispatcher.signal('SIGWINCH');
  expect(await dispatcher.ended).toBe(1);
  expect(await scene.logOf('dispatcher')).toContain('a fault that nobody foresaw');
  expect((await scene.load(training)).status).toBe('submitted');
});
