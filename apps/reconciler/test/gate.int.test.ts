import { recheckGate, resolveTraining } from '@trainyard/application';
import { afterEach, describe, expect, it } from 'vitest';
import { openTestSystem, type TestSystem } from './test-system.ts';

let system: TestSystem;
afterEach(async () => {
  expect(system.simulator.history.doubleAcceptances()).toEqual([]);
  expect(system.simulator.history.maxLive()).toBeLessThanOrEqual(2);
  await system.close();
});

async function gate() {
  return (await system.deps.store.getControl()).gate;
}

describe('the gate', () => {
  it('closes when three runs in a row end in the same way, and lets one through after a while', async () => {
    system = await openTestSystem({}, { TIME_FACTOR: '300' });
    system.simulator.faults.push({ kind: 'error', times: 3, message: 'worker exited with exit code 1' });
    await system.deps.store.setControl({ maxConcurrency: 1 });
    const first = await system.accept({ maxAttempts: 2 });
    const second = await system.accept({ maxAttempts: 2 });
    await system.waitForStatus(first, 'failed');
    await expect
      .poll(gate, { timeout: 30_000 })
      .toMatchObject({ reopensWhen: 'probe_run', reason: expect.stringContaining('3 runs') });
    expect(await system.waitForStatus(second, 'completed')).toMatchObject({ attemptsStarted: 2 });
    expect(await gate()).toBeUndefined();
  });

  it('lets nobody else in while one is on trial, and closes anew when that comes to nothing', async () => {
    system = await openTestSystem({}, { TIME_FACTOR: '300' });
    await system.deps.store.setControl({ gate: { reason: 'no credit', since: 0, reopensWhen: 'probe_run' } });
    system.simulator.faults.push({ kind: 'answer', op: 'run', http_status: 402 });
    const trainings = [await system.accept(), await system.accept(), await system.accept()];
    await recheckGate(system.deps);
    await expect.poll(async () => (await gate())?.probeFailedAt, { timeout: 30_000 }).toBeGreaterThan(0);
    const started = async () =>
      Promise.all(trainings.map(async ({ id }) => (await system.deps.store.load(id))!.attemptsStarted));
    expect((await started()).toSorted()).toEqual([0, 0, 1]);
    for (const training of trainings) await system.waitForStatus(training, 'completed');
  });

  it('closes when there is no credit, and does not open for an endpoint that merely answers', async () => {
    system = await openTestSystem();
    system.simulator.faults.push({ kind: 'answer', op: 'run', http_status: 402, times: null });
    const training = await system.accept();
    await expect.poll(gate, { timeout: 30_000 }).toMatchObject({ reopensWhen: 'probe_run' });
    await recheckGate(system.deps);
    expect(await gate()).toBeDefined();
    expect((await system.deps.store.load(training.id))!.status).toBe('queued');
  });

  it('closes when a run waits beyond its budget; the cause is named and the run is stopped', async () => {
    system = await openTestSystem({}, { QUEUE_BUDGET_SECONDS: '120', TIME_FACTOR: '300' });
    system.simulator.faults.push({ kind: 'stuck_in_queue', workers: 'throttled' });
    const training = await system.accept();
    await expect
      .poll(gate, { timeout: 30_000 })
      .toMatchObject({ reopensWhen: 'worker', reason: expect.stringContaining('throttled') });
    const done = await system.waitForStatus(training, 'completed');
    expect(done).toMatchObject({ attemptsStarted: 2 });
  });
});

describe('a run beyond its execution time', () => {
  it('is stopped, and its training is timed out and not tried again', async () => {
    system = await openTestSystem({}, { EXECUTION_TIMEOUT_SECONDS: '60' });
    system.simulator.faults.push({ kind: 'run_hang' });
    expect(await system.waitForStatus(await system.accept(), 'timed_out')).toMatchObject({
      attemptsStarted: 1,
    });
    expect(system.simulator.history.live()).toBe(0);
  });
});

describe('a person’s word on a submission in doubt', () => {
  const submitUnconfirmed = async () => {
    system = await openTestSystem({}, { EXCLUSIVE_ENDPOINT: 'false' });
    system.simulator.faults.push({ kind: 'drop', op: 'run' });
    const training = await system.accept();
    await system.waitForStatus(training, 'unconfirmed');
    return training;
  };

  it('is asked for when the endpoint is shared, and sends it again once the run is said to be dead', async () => {
    const training = await submitUnconfirmed();
    await expect.poll(async () => (await system.deps.store.load(training.id))?.needsAttention).toBeDefined();
    await expect(
      resolveTraining(system.deps, training.id, { action: 'resubmit', runIsDead: false }),
    ).rejects.toMatchObject({
      code: 'invalid_request',
    });
    await resolveTraining(system.deps, training.id, { action: 'resubmit', runIsDead: true });
    expect(await system.waitForStatus(training, 'completed')).toMatchObject({
      attemptsStarted: 2,
      attemptsSpent: 1,
    });
    const said = (await system.deps.store.listEvents(training.id)).find(({ cause }) => cause === 'person');
    expect(said).toMatchObject({ type: 'submission_refuted' });
  });

  it('adopts no run that the provider does not know', async () => {
    const training = await submitUnconfirmed();
    await expect(
      resolveTraining(system.deps, training.id, { action: 'adopt', runId: 'nobody' }),
    ).rejects.toMatchObject({
      code: 'invalid_request',
    });
    const late = resolveTraining(system.deps, training.id, { action: 'fail', runIsDead: true, attempt: 7 });
    await expect(late).rejects.toMatchObject({ code: 'wrong_state' });
    await resolveTraining(system.deps, training.id, { action: 'fail', runIsDead: true, attempt: 1 });
    await system.waitForStatus(training, 'failed');
  });
});
