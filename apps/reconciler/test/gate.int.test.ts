import { resolveTraining, recheckGate } from '@trainyard/application';
import { afterEach, describe, expect, it } from 'vitest';
import { openYard, type Yard } from './yard.ts';

let yard: Yard;
afterEach(async () => {
  expect(yard.standIn.history.doubleAcceptances()).toEqual([]);
  expect(yard.standIn.history.maxLive()).toBeLessThanOrEqual(2);
  await yard.close();
});

const gate = async () => (await yard.deps.store.getControl()).gate;

describe('the gate', () => {
  it('closes when three runs in a row end in the same way, and lets one through after a while', async () => {
    yard = await openYard({}, { TIME_FACTOR: '300' });
    yard.standIn.faults.push({ kind: 'error', times: 3, message: 'worker exited with exit code 1' });
    await yard.deps.store.setControl({ maxConcurrency: 1 });
    const first = await yard.train({ maxAttempts: 2 });
    const second = await yard.train({ maxAttempts: 2 });
    await yard.until(first, 'failed');
    await expect
      .poll(gate, { timeout: 30_000 })
      .toMatchObject({ opensBy: 'trial', reason: expect.stringContaining('3 runs') });
    expect(await yard.until(second, 'completed')).toMatchObject({ attemptsStarted: 2 });
    expect(await gate()).toBeUndefined();
  });

  it('lets nobody else in while one is on trial, and closes anew when that comes to nothing', async () => {
    yard = await openYard({}, { TIME_FACTOR: '300' });
    await yard.deps.store.setControl({ gate: { reason: 'no credit', since: 0, reopensWhen: 'trial' } });
    yard.standIn.faults.push({ kind: 'answer', op: 'run', http_status: 402 });
    const trainings = [await yard.train(), await yard.train(), await yard.train()];
    await recheckGate(yard.deps);
    await expect.poll(async () => (await gate())?.probeFailedAt, { timeout: 30_000 }).toBeGreaterThan(0);
    const started = async () =>
      Promise.all(trainings.map(async ({ id }) => (await yard.deps.store.load(id))!.attemptsStarted));
    expect((await started()).toSorted()).toEqual([0, 0, 1]);
    for (const training of trainings) await yard.until(training, 'completed');
  });

  it('closes when there is no credit, and does not open for an endpoint that merely answers', async () => {
    yard = await openYard();
    yard.standIn.faults.push({ kind: 'answer', op: 'run', http_status: 402, times: null });
    const training = await yard.train();
    await expect.poll(gate, { timeout: 30_000 }).toMatchObject({ opensBy: 'trial' });
    await recheckGate(yard.deps);
    expect(await gate()).toBeDefined();
    expect((await yard.deps.store.load(training.id))!.status).toBe('queued');
  });

  it('closes when a run waits beyond its budget; the cause is named and the run is stopped', async () => {
    yard = await openYard({}, { QUEUE_BUDGET_SECONDS: '120', TIME_FACTOR: '300' });
    yard.standIn.faults.push({ kind: 'never_taken', workers: 'throttled' });
    const training = await yard.train();
    await expect
      .poll(gate, { timeout: 30_000 })
      .toMatchObject({ opensBy: 'worker', reason: expect.stringContaining('throttled') });
    const done = await yard.until(training, 'completed');
    expect(done).toMatchObject({ attemptsStarted: 2 });
  });
});

describe('a run beyond its execution time', () => {
  it('is stopped, and its training is timed out and not tried again', async () => {
    yard = await openYard({}, { EXECUTION_TIMEOUT_SECONDS: '60' });
    yard.standIn.faults.push({ kind: 'run_hang' });
    expect(await yard.until(await yard.train(), 'timed_out')).toMatchObject({ attemptsStarted: 1 });
    expect(yard.standIn.history.live()).toBe(0);
  });
});

describe('a person’s word on a submission in doubt', () => {
  const inDoubt = async () => {
    yard = await openYard({}, { EXCLUSIVE_ENDPOINT: 'false' });
    yard.standIn.faults.push({ kind: 'drop', op: 'run' });
    const training = await yard.train();
    await yard.until(training, 'unconfirmed');
    return training;
  };

  it('is asked for when the endpoint is shared, and sends it again once the run is said to be dead', async () => {
    const training = await inDoubt();
    await expect.poll(async () => (await yard.deps.store.load(training.id))?.needsAttention).toBeDefined();
    await expect(
      resolveTraining(yard.deps, training.id, { action: 'resubmit', runIsDead: false }),
    ).rejects.toMatchObject({
      code: 'invalid_request',
    });
    await resolveTraining(yard.deps, training.id, { action: 'resubmit', runIsDead: true });
    expect(await yard.until(training, 'completed')).toMatchObject({ attemptsStarted: 2, attemptsSpent: 1 });
    const said = (await yard.deps.store.listEvents(training.id)).find(({ cause }) => cause === 'person');
    expect(said).toMatchObject({ type: 'submission_refuted' });
  });

  it('adopts no run that the provider does not know', async () => {
    const training = await inDoubt();
    await expect(resolveTraining(yard.deps, training.id, { action: 'adopt', runId: 'nobody' })).rejects.toMatchObject(
      {
        code: 'invalid_request',
      },
    );
    const late = resolveTraining(yard.deps, training.id, { action: 'fail', runIsDead: true, attempt: 7 });
    await expect(late).rejects.toMatchObject({ code: 'wrong_state' });
    await resolveTraining(yard.deps, training.id, { action: 'fail', runIsDead: true, attempt: 1 });
    await yard.until(training, 'failed');
  });
});
