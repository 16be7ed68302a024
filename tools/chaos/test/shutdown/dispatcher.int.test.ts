import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { DELAYED_SUBMISSIONS, openTestSystem, type TestSystem } from './test-system.ts';

let system: TestSystem;
beforeEach(async () => {
  system = await openTestSystem();
});
afterEach(async () => {
  const double = system.history().doubleAcceptances();
  await system.close();
  expect(double).toEqual([]);
});

const POLL_OPTIONS = { timeout: 60_000, interval: 20 };
function accepted() {
  return system.history().jobs().length;
}
function waitUntilReady() {
  return expect
    .poll(async () => (await system.fleet.deps.store.getControl()).epoch, POLL_OPTIONS)
    .toBeDefined();
}
function jobs() {
  return system.fleet.redis.queues()[0]!.getJobCounts('active', 'delayed', 'prioritized');
}

/** What is left is done by those who come after. */
async function completeWithOthers(training: Parameters<TestSystem['load']>[0]) {
  system.fleet.start('dispatcher');
  system.fleet.start('reconciler');
  await system.waitForStatus(training, 'completed');
  expect(accepted()).toBe(1);
}

describe('a dispatcher that is asked to end', () => {
  it('while it prepares gives the training back, unspent', async () => {
    const dispatcher = system.fleet.start('dispatcher');
    await waitUntilReady();
    const release = system.blockWrites();
    const training = await system.acceptTraining();
    await expect.poll(async () => (await jobs())['active'], POLL_OPTIONS).toBe(1);
    dispatcher.signal('SIGTERM');
    await sleep(300);
    release();
    expect(await dispatcher.exited).toBe(0);
    expect(await system.load(training)).toMatchObject({ status: 'queued', attemptsStarted: 0 });
    expect((await jobs())['active']).toBe(0);
    expect(accepted()).toBe(0);
    await completeWithOthers(training);
  });

  it('between the save of a start and the call sends it and saves the answer', async () => {
    const dispatcher = system.fleet.start('dispatcher', DELAYED_SUBMISSIONS);
    const training = await system.acceptTraining();
    await system.waitForStatus(training, 'submitting');
    dispatcher.signal('SIGTERM');
    expect(accepted()).toBe(0);
    expect(await dispatcher.exited).toBe(0);
    expect(await system.load(training)).toMatchObject({ status: 'submitted', attemptsStarted: 1 });
    expect(accepted()).toBe(1);
  });

  it('during the call waits for the answer, saves it, and takes nothing more', async () => {
    await system.fleet.simulator.injectFaults({
      kind: 'slow',
      op: 'run',
      delay_ms: 15_000,
      after_accepting: true,
    });
    const dispatcher = system.fleet.start('dispatcher');
    const training = await system.acceptTraining();
    await system.waitUntilPostPending();
    dispatcher.signal('SIGTERM');
    await sleep(200);
    const next = await system.acceptTraining();
    expect(await dispatcher.exited).toBe(0);
    expect(await system.load(training)).toMatchObject({ status: 'submitted' });
    expect((await system.load(next)).status).toBe('queued');
    expect(accepted()).toBe(1);
  });

  it('during a call that is never answered saves that nobody knows', async () => {
    await system.fleet.simulator.injectFaults({ kind: 'hang', op: 'run', after_accepting: true });
    const dispatcher = system.fleet.start('dispatcher');
    const training = await system.acceptTraining();
    await system.waitUntilPostPending();
    dispatcher.signal('SIGTERM');
    expect(await dispatcher.exited).toBe(0);
    expect(await system.load(training)).toMatchObject({ status: 'unconfirmed', attemptsStarted: 1 });
    await completeWithOthers(training);
  });

  it('twice ends at once, and the doubt that is left is settled by evidence', async () => {
    await system.fleet.simulator.injectFaults({ kind: 'hang', op: 'run', after_accepting: true });
    const dispatcher = system.fleet.start('dispatcher');
    const training = await system.acceptTraining();
    await system.waitUntilPostPending();
    dispatcher.signal('SIGTERM');
    await sleep(1_200);
    dispatcher.signal('SIGTERM');
    expect(await dispatcher.exited).toBe(1);
    expect((await system.load(training)).status).toBe('submitting');
    await completeWithOthers(training);
  });

  it('while Redis is away ends all the same', async () => {
    const dispatcher = system.fleet.start('dispatcher');
    await waitUntilReady();
    process.kill(system.redis.pid, 'SIGKILL');
    await sleep(500);
    dispatcher.signal('SIGTERM');
    expect(await dispatcher.exited).toBe(0);
    await system.redis.restart();
  });
});

it('a dispatcher that crashes during a call still saves its answer, closes, and ends with a fault', async () => {
  const dispatcher = system.fleet.start('dispatcher', DELAYED_SUBMISSIONS);
  const training = await system.acceptTraining();
  await system.waitForStatus(training, 'submitting');
  dispatcher.signal('SIGWINCH');
  expect(await dispatcher.exited).toBe(1);
  expect(await system.readLog('dispatcher')).toContain('a fault that nobody foresaw');
  expect((await system.load(training)).status).toBe('submitted');
});
