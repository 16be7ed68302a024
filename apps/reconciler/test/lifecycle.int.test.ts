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
  it('runs to its end by polling alone and stands in its subject’s history', async () => {
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

  it('without images in the store fails unpaid', async () => {
    const training = await system.accept({ images: ['s3://local/images/none.png'] });
    expect(await system.waitForStatus(training, 'failed')).toMatchObject({
      failure: { class: 'data' },
      attemptsStarted: 0,
    });
    expect(countAccepted()).toBe(0);
  });
});

describe('a submission', () => {
  it('that is refused for its own sake fails as configuration', async () => {
    system.simulator.faults.push({
      kind: 'answer',
      op: 'run',
      http_status: 400,
      body: { error: 'bad input' },
    });
    expect(await system.waitForStatus(await system.accept(), 'failed')).toMatchObject({
      failure: { class: 'configuration' },
    });
  });

  it('that met a rate limit is sent again, unspent', async () => {
    system.simulator.faults.push({ kind: 'answer', op: 'run', http_status: 429 });
    expect(await system.waitForStatus(await system.accept(), 'completed')).toMatchObject({
      attemptsStarted: 2,
      attemptsSpent: 1,
    });
  });

  it('whose answer was lost after it was accepted is found again in the store, not sent again', async () => {
    system.simulator.faults.push({ kind: 'drop', op: 'run', after_accepting: true });
    const done = await system.waitForStatus(await system.accept(), 'completed');
    expect(done).toMatchObject({ attemptsStarted: 1 });
    expect(countAccepted()).toBe(1);
  });

  it('that never arrived is refuted by the endpoint’s counts and then sent again', async () => {
    system.simulator.faults.push({ kind: 'drop', op: 'run' });
    const done = await system.waitForStatus(await system.accept(), 'completed');
    expect(done).toMatchObject({ attemptsStarted: 2, attemptsSpent: 1 });
    expect(countAccepted()).toBe(1);
  });

  it('with a bad key closes the gate: nothing fails, and all train once the key is good', async () => {
    system.simulator.faults.push({ kind: 'answer', http_status: 401, times: 3 });
    const trainings = [await system.accept(), await system.accept()];
    await expect.poll(async () => (await system.deps.store.getControl()).gate).toBeDefined();
    for (const training of trainings) await system.waitForStatus(training, 'completed');
    expect((await system.deps.store.getControl()).gate).toBeUndefined();
  });
});

describe('a run', () => {
  it('that crashed is tried once more', async () => {
    system.simulator.faults.push({ kind: 'worker_crash' });
    expect(await system.waitForStatus(await system.accept(), 'completed')).toMatchObject({
      attemptsSpent: 2,
    });
  });

  it('out of memory fails, says so in the history, and is not tried again', async () => {
    system.simulator.faults.push({ kind: 'out_of_memory' });
    const failed = await system.waitForStatus(await system.accept(), 'failed');
    expect(failed).toMatchObject({ failure: { class: 'out_of_memory' }, attemptsStarted: 1 });
    await expect
      .poll(() => getVersion(failed.request.subject.id))
      .toMatchObject({ status: 'failed', error: expect.stringMatching(/memory/i) });
  });

  it('that completed without telling of its output is looked up in the store', async () => {
    system.simulator.faults.push({ kind: 'no_output', uploaded: true });
    await system.waitForStatus(await system.accept(), 'completed');
  });

  it('that completed and left nothing fails', async () => {
    system.simulator.faults.push({ kind: 'no_output', uploaded: false });
    expect(await system.waitForStatus(await system.accept(), 'failed')).toMatchObject({
      failure: { code: 'output_missing' },
    });
  });

  it('whose container ignores output_key is found under its model’s name', async () => {
    system.simulator.faults.push({ kind: 'output_key_ignored' }, { kind: 'no_output', uploaded: true });
    const done = await system.waitForStatus(await system.accept(), 'completed');
    expect(done).toMatchObject({ model: { loraUrl: expect.stringContaining('V1.safetensors') } });
  });

  it('about which nonsense is answered for a while is neither ended nor sent again', async () => {
    const nonsense = [
      '<html>502 Bad Gateway</html>',
      {},
      [],
      { id: 'another-run', status: 'COMPLETED' },
      { status: 'NEVER_HEARD_OF', executionTime: 2 ** 60, delayTime: 1e300 },
    ];
    system.simulator.faults.push(
      ...nonsense.map((body) => ({ kind: 'answer', op: 'status', http_status: 200, body }) as const),
    );
    expect(await system.waitForStatus(await system.accept(), 'completed')).toMatchObject({
      attemptsStarted: 1,
    });
    expect(countAccepted()).toBe(1);
  });

  it.each([
    ['a page of HTML', '<html>hello</html>'],
    ['nothing', {}],
  ])('whose submission was taken and answered with %s is found, not sent again', async (_, body) => {
    const answer = { kind: 'answer', op: 'run', http_status: 200, body, after_accepting: true } as const;
    system.simulator.faults.push(answer);
    expect(await system.waitForStatus(await system.accept(), 'completed')).toMatchObject({
      attemptsStarted: 1,
    });
    expect(countAccepted()).toBe(1);
  });

  it('whose last progress overtakes its result is completed all the same', async () => {
    system.simulator.faults.push({ kind: 'progress_after_result', for_ms: 120_000 });
    await system.waitForStatus(await system.accept(), 'completed');
  });
});

describe('a cancel', () => {
  it('of a running training is confirmed by the provider before it is believed', async () => {
    const training = await system.accept();
    await system.waitForStatus(training, 'running');
    expect((await cancelTraining(system.deps, training.id, 'ana')).status).toBe('cancelling');
    await system.waitForStatus(training, 'cancelled');
    expect(system.simulator.history.live()).toBe(0);
  });

  it('of a waiting training takes it out of the line', async () => {
    await system.deps.store.setControl({ paused: true });
    const training = await system.accept();
    expect((await cancelTraining(system.deps, training.id, 'ana')).status).toBe('cancelled');
    await system.deps.store.setControl({ paused: false });
    await system.waitForStatus(await system.accept(), 'completed');
    expect(countAccepted()).toBe(1);
  });
});

describe('while the line is paused', () => {
  it('nothing is submitted, and what runs goes on', async () => {
    const before = await system.accept();
    await system.waitForStatus(before, 'running');
    await system.deps.store.setControl({ paused: true, reason: 'night' });
    const after = await system.accept();
    await system.waitForStatus(before, 'completed');
    expect((await system.deps.store.load(after.id))!.status).toBe('queued');
    await system.deps.store.setControl({ paused: false });
    await system.waitForStatus(after, 'completed');
  });
});

describe('an object store that is away while a model waits to be recorded', () => {
  it('makes no training fail: a person is told, and the model is recorded when it is back', async () => {
    const training = await system.accept();
    await system.waitForStatus(training, 'running');
    system.simulator.faults.push({ kind: 'slow', op: 'status', delay_ms: 60_000 });
    await expect.poll(() => system.simulator.history.live(), { timeout: 20_000 }).toBe(0);
    await rename(system.storeDir, `${system.storeDir}-away`);
    const load = async () => (await system.deps.store.load(training.id))!;
    await expect
      .poll(async () => (await load()).needsAttention, { timeout: 60_000 })
      .toMatchObject({
        reason: expect.stringContaining('object store'),
      });
    expect((await load()).status).toBe('finalizing');
    await rename(`${system.storeDir}-away`, system.storeDir);
    await system.waitForStatus(training, 'completed');
  });

  it('or refuses to write it: a person is told at once what is wrong, and nothing fails', async () => {
    const training = await system.accept();
    await system.waitForStatus(training, 'running');
    const folder = `${system.storeDir}/data/actor_manifests`;
    await rename(folder, `${folder}-away`);
    await writeFile(folder, 'no folder');
    const load = async () => (await system.deps.store.load(training.id))!;
    await expect
      .poll(async () => (await load()).needsAttention, { timeout: 60_000 })
      .toMatchObject({ reason: expect.stringContaining('a prefix of the key is itself an object') });
    expect((await load()).status).toBe('finalizing');
    await rm(folder);
    await rename(`${folder}-away`, folder);
    await system.waitForStatus(training, 'completed');
  });
});
