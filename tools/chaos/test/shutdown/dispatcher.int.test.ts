import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { HELD_SUBMISSIONS, openTestSystem, type TestSystem } from './test-system.ts';

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
function waitUntilStarted() {
  return expect.poll(() => system.readLog('dispatcher'), POLL_OPTIONS).toContain('dispatcher_started');
}
/** Waits until the process has started and the epoch document is written without the mark of its initialization. */
async function waitUntilReady() {
  await waitUntilStarted();
  await expect.poll(readEpochFields, POLL_OPTIONS).toEqual(expect.not.arrayContaining(['initializing']));
}
async function readEpochFields(): Promise<readonly string[]> {
  const document = await system.fleet.deps.objects.get('data/epoch.json');
  if (!document) return ['initializing'];
  return Object.keys(JSON.parse(new TextDecoder().decode(document.body)) as object);
}
function jobs() {
  return system.fleet.redis.queues()[0]!.getJobCounts('active', 'delayed', 'prioritized');
}

/** Starts a second dispatcher and a reconciler, which complete the training with a single run. */
async function completeWithOthers(training: Parameters<TestSystem['load']>[0]) {
  system.fleet.start('dispatcher');
  system.fleet.start('reconciler');
  await system.waitForStatus(training, 'completed');
  expect(accepted()).toBe(1);
}

describe('a dispatcher that receives SIGTERM', () => {
  it('requeues a training that it prepares without using an attempt', async () => {
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

  it('sends a submission that is already saved and saves its result', async () => {
    const dispatcher = system.fleet.start('dispatcher', HELD_SUBMISSIONS);
    const training = await system.acceptTraining();
    await system.waitForStatus(training, 'submitting');
    dispatcher.signal('SIGTERM');
    expect(accepted()).toBe(0);
    expect(await dispatcher.exited).toBe(0);
    expect(await system.load(training)).toMatchObject({ status: 'submitted', attemptsStarted: 1 });
    expect(accepted()).toBe(1);
  });

  it('saves the result of a pending submission and claims no further training', async () => {
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

  it('saves a submission without a response as unconfirmed', async () => {
    await system.fleet.simulator.injectFaults({ kind: 'hang', op: 'run', after_accepting: true });
    const dispatcher = system.fleet.start('dispatcher');
    const training = await system.acceptTraining();
    await system.waitUntilPostPending();
    dispatcher.signal('SIGTERM');
    expect(await dispatcher.exited).toBe(0);
    expect(await system.load(training)).toMatchObject({ status: 'unconfirmed', attemptsStarted: 1 });
    await completeWithOthers(training);
  });

  it('exits at once on a second SIGTERM, and evidence resolves its submission', async () => {
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

  it('exits while Redis is unavailable', async () => {
    const dispatcher = system.fleet.start('dispatcher');
    await waitUntilStarted();
    process.kill(system.redis.pid, 'SIGKILL');
    await sleep(500);
    dispatcher.signal('SIGTERM');
    expect(await dispatcher.exited).toBe(0);
    await system.redis.restart();
  });
});

it('a dispatcher that crashes during a submission saves its result and exits with 1', async () => {
  const dispatcher = system.fleet.start('dispatcher', HELD_SUBMISSIONS);
  const training = await system.acceptTraining();
  await system.waitForStatus(training, 'submitting');
  dispatcher.signal('SIGWINCH');
  expect(await dispatcher.exited).toBe(1);
  expect(await system.readLog('dispatcher')).toContain('unexpected fault');
  expect((await system.load(training)).status).toBe('submitted');
});
