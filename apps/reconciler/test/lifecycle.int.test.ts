import { rename, rm, writeFile } from 'node:fs/promises';
import { cancelTraining } from '@trainyard/application';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { openTestSystem, type TestSystem } from './test-system.ts';

let system: TestSystem;
beforeEach(async () => {
  system = await openTestSystem();
});
afterEach(async () => {
  expect(system.simulator.history.doubleAcceptances()).toEqual([]);
  expect(system.simulator.history.maxLive()).toBeLessThanOrEqual(2);
  await expect.poll(() => system.deps.store.listActiveAttempts()).toEqual([]);
  await system.close();
});

async function getVersion(id: string) {
  return (await system.deps.manifests.listVersions({ kind: 'actor', id }))[0];
}
function countAccepted() {
  return system.simulator.history.jobs().length;
}

describe('a training', () => {
  it('completes by polling alone and is recorded in the manifest of its subject', async () => {
    const training = await system.accept();
    const done = await system.waitForStatus(training, 'completed');
    expect(done).toMatchObject({ model: { loraUrl: expect.stringContaining(training.id) } });
    expect(await getVersion(training.request.subject.id)).toMatchObject({
      name: 'V1',
      status: 'completed',
      training_id: training.id,
      loraUrl: done.status === 'completed' && done.model.loraUrl,
      data_digest: expect.any(String),
    });
    const types = (await system.deps.store.listEvents(training.id)).map(({ type }) => type);
    expect(types.slice(0, 3)).toEqual(['accepted', 'submission_started', 'submission_accepted']);
    expect(types.at(-1)).toBe('output_verified');
  });
});

describe('a submission', () => {
  it('whose response was lost after RunPod accepted it is found in the object store and not sent again', async () => {
    system.simulator.faults.push({ kind: 'drop', op: 'run', after_accepting: true });
    const done = await system.waitForStatus(await system.accept(), 'completed');
    expect(done).toMatchObject({ attemptsStarted: 1 });
    expect(countAccepted()).toBe(1);
  });
  it('with a bad API key closes the gate: no training fails, and all complete once the key is valid', async () => {
    system.simulator.faults.push({ kind: 'answer', http_status: 401, times: 3 });
    const trainings = [await system.accept(), await system.accept()];
    await expect.poll(async () => (await system.deps.store.getControl()).gate).toBeDefined();
    for (const training of trainings) await system.waitForStatus(training, 'completed');
    expect((await system.deps.store.getControl()).gate).toBeUndefined();
  });
});

describe('a run', () => {
  it('that crashed is retried once', async () => {
    system.simulator.faults.push({ kind: 'worker_crash' });
    expect(await system.waitForStatus(await system.accept(), 'completed')).toMatchObject({
      attemptsSpent: 2,
    });
  });
  it('with invalid status responses for a while is neither ended nor sent again', async () => {
    const invalid = [
      '<html>502 Bad Gateway</html>',
      {},
      [],
      { id: 'another-run', status: 'COMPLETED' },
      { status: 'NEVER_HEARD_OF', executionTime: 2 ** 60, delayTime: 1e300 },
    ];
    system.simulator.faults.push(
      ...invalid.map((body) => ({ kind: 'answer', op: 'status', http_status: 200, body }) as const),
    );
    expect(await system.waitForStatus(await system.accept(), 'completed')).toMatchObject({
      attemptsStarted: 1,
    });
    expect(countAccepted()).toBe(1);
  });

  it.each([
    ['a page of HTML', '<html>hello</html>'],
    ['an empty object', {}],
  ])('whose accepted submission was answered with %s is found and not sent again', async (_, body) => {
    const answer = { kind: 'answer', op: 'run', http_status: 200, body, after_accepting: true } as const;
    system.simulator.faults.push(answer);
    expect(await system.waitForStatus(await system.accept(), 'completed')).toMatchObject({
      attemptsStarted: 1,
    });
    expect(countAccepted()).toBe(1);
  });

  it('whose last progress arrives after its result is completed', async () => {
    system.simulator.faults.push({ kind: 'progress_after_result', for_ms: 120_000 });
    await system.waitForStatus(await system.accept(), 'completed');
  });
});

describe('a cancel', () => {
  it('of a running training is confirmed by the provider before the training is cancelled', async () => {
    const training = await system.accept();
    await system.waitForStatus(training, 'running');
    expect((await cancelTraining(system.deps, training.id, 'ana')).status).toBe('cancelling');
    await system.waitForStatus(training, 'cancelled');
    expect(system.simulator.history.live()).toBe(0);
  });
});
describe('an object store that fails while a model waits to be recorded', () => {
  it('fails no training: the training needs attention, and the model is recorded once the store is available again', async () => {
    const training = await system.accept();
    await system.waitForStatus(training, 'running');
    system.simulator.faults.push({ kind: 'slow', op: 'status', delay_ms: 60_000 });
    await expect.poll(() => system.simulator.history.live(), { timeout: 20_000 }).toBe(0);
    await rename(system.storeDir, `${system.storeDir}-moved`);
    const load = async () => (await system.deps.store.load(training.id))!;
    await expect
      .poll(async () => (await load()).needsAttention, { timeout: 60_000 })
      .toMatchObject({
        reason: expect.stringContaining('object store'),
      });
    expect((await load()).status).toBe('finalizing');
    await rename(`${system.storeDir}-moved`, system.storeDir);
    await system.waitForStatus(training, 'completed');
  });

  it('fails no training when it refuses the write: the training needs attention at once, with the reason', async () => {
    const training = await system.accept();
    await system.waitForStatus(training, 'running');
    const folder = `${system.storeDir}/data/actor_manifests`;
    await rename(folder, `${folder}-moved`);
    await writeFile(folder, 'no folder');
    const load = async () => (await system.deps.store.load(training.id))!;
    await expect
      .poll(async () => (await load()).needsAttention, { timeout: 60_000 })
      .toMatchObject({ reason: expect.stringContaining('a prefix of the key is itself an object') });
    expect((await load()).status).toBe('finalizing');
    await rm(folder);
    await rename(`${folder}-moved`, folder);
    await system.waitForStatus(training, 'completed');
  });
});
