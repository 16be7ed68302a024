import { rename, rm, writeFile } from 'node:fs/promises';
import { cancelTraining } from '@trainyard/application';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { openYard, type Yard } from './yard.ts';

let yard: Yard;
beforeEach(async () => {
  yard = await openYard();
});
afterEach(async () => {
  expect(yard.standIn.history.doubleAcceptances()).toEqual([]);
  expect(yard.standIn.history.maxLive()).toBeLessThanOrEqual(2);
  await expect.poll(() => yard.deps.store.listActiveAttempts()).toEqual([]);
  await yard.close();
});

const versionOf = async (id: string) => (await yard.deps.manifests.listVersions({ kind: 'actor', id }))[0];
const accepted = () => yard.standIn.history.jobs().length;

describe('a training', () => {
  it('runs to its end by polling alone and stands in its subject’s history', async () => {
    const training = await yard.train();
    const done = await yard.until(training, 'completed');
    expect(done).toMatchObject({ model: { loraUrl: expect.stringContaining(training.id) } });
    expect(await versionOf(training.request.subject.id)).toMatchObject({
      name: 'V1',
      status: 'completed',
      training_id: training.id,
      loraUrl: done.status === 'completed' && done.model.loraUrl,
      data_digest: expect.any(String),
    });
    const types = (await yard.deps.store.listEvents(training.id)).map(({ type }) => type);
    expect(types.slice(0, 3)).toEqual(['accepted', 'submission_started', 'submission_accepted']);
    expect(types.at(-1)).toBe('output_verified');
  });

  it('without images in the store fails unpaid', async () => {
    const training = await yard.train({ images: ['s3://local/images/none.png'] });
    expect(await yard.until(training, 'failed')).toMatchObject({
      failure: { class: 'data' },
      attemptsStarted: 0,
    });
    expect(accepted()).toBe(0);
  });
});

describe('a submission', () => {
  it('that is refused for its own sake fails as configuration', async () => {
    yard.standIn.faults.push({ kind: 'answer', op: 'run', http_status: 400, body: { error: 'bad input' } });
    expect(await yard.until(await yard.train(), 'failed')).toMatchObject({
      failure: { class: 'configuration' },
    });
  });

  it('that met a rate limit is sent again, unspent', async () => {
    yard.standIn.faults.push({ kind: 'answer', op: 'run', http_status: 429 });
    expect(await yard.until(await yard.train(), 'completed')).toMatchObject({
      attemptsStarted: 2,
      attemptsSpent: 1,
    });
  });

  it('whose answer was lost after it was accepted is found again in the store, not sent again', async () => {
    yard.standIn.faults.push({ kind: 'drop', op: 'run', after_accepting: true });
    const done = await yard.until(await yard.train(), 'completed');
    expect(done).toMatchObject({ attemptsStarted: 1 });
    expect(accepted()).toBe(1);
  });

  it('that never arrived is refuted by the endpoint’s counts and then sent again', async () => {
    yard.standIn.faults.push({ kind: 'drop', op: 'run' });
    const done = await yard.until(await yard.train(), 'completed');
    expect(done).toMatchObject({ attemptsStarted: 2, attemptsSpent: 1 });
    expect(accepted()).toBe(1);
  });

  it('with a bad key closes the gate: nothing fails, and all train once the key is good', async () => {
    yard.standIn.faults.push({ kind: 'answer', http_status: 401, times: 3 });
    const trainings = [await yard.train(), await yard.train()];
    await expect.poll(async () => (await yard.deps.store.getControl()).gate).toBeDefined();
    for (const training of trainings) await yard.until(training, 'completed');
    expect((await yard.deps.store.getControl()).gate).toBeUndefined();
  });
});

describe('a run', () => {
  it('that crashed is tried once more', async () => {
    yard.standIn.faults.push({ kind: 'worker_crash' });
    expect(await yard.until(await yard.train(), 'completed')).toMatchObject({ attemptsSpent: 2 });
  });

  it('out of memory fails, says so in the history, and is not tried again', async () => {
    yard.standIn.faults.push({ kind: 'out_of_memory' });
    const failed = await yard.until(await yard.train(), 'failed');
    expect(failed).toMatchObject({ failure: { class: 'out_of_memory' }, attemptsStarted: 1 });
    await expect
      .poll(() => versionOf(failed.request.subject.id))
      .toMatchObject({ status: 'failed', error: expect.stringMatching(/memory/i) });
  });

  it('that completed without telling of its output is looked up in the store', async () => {
    yard.standIn.faults.push({ kind: 'no_output', uploaded: true });
    await yard.until(await yard.train(), 'completed');
  });

  it('that completed and left nothing fails', async () => {
    yard.standIn.faults.push({ kind: 'no_output', uploaded: false });
    expect(await yard.until(await yard.train(), 'failed')).toMatchObject({
      failure: { code: 'output_missing' },
    });
  });

  it('whose container ignores output_key is found under its model’s name', async () => {
    yard.standIn.faults.push({ kind: 'output_key_ignored' }, { kind: 'no_output', uploaded: true });
    const done = await yard.until(await yard.train(), 'completed');
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
    yard.standIn.faults.push(
      ...nonsense.map((body) => ({ kind: 'answer', op: 'status', http_status: 200, body }) as const),
    );
    expect(await yard.until(await yard.train(), 'completed')).toMatchObject({ attemptsStarted: 1 });
    expect(accepted()).toBe(1);
  });

  it.each([
    ['a page of HTML', '<html>hello</html>'],
    ['nothing', {}],
  ])('whose submission was taken and answered with %s is found, not sent again', async (_, body) => {
    const answer = { kind: 'answer', op: 'run', http_status: 200, body, after_accepting: true } as const;
    yard.standIn.faults.push(answer);
    expect(await yard.until(await yard.train(), 'completed')).toMatchObject({ attemptsStarted: 1 });
    expect(accepted()).toBe(1);
  });

  it('whose last progress overtakes its result is completed all the same', async () => {
    yard.standIn.faults.push({ kind: 'progress_overtakes', for_ms: 120_000 });
    await yard.until(await yard.train(), 'completed');
  });
});

describe('a cancel', () => {
  it('of a running training is confirmed by the provider before it is believed', async () => {
    const training = await yard.train();
    await yard.until(training, 'running');
    expect((await cancelTraining(yard.deps, training.id, 'ana')).status).toBe('cancelling');
    await yard.until(training, 'cancelled');
    expect(yard.standIn.history.live()).toBe(0);
  });

  it('of a waiting training takes it out of the line', async () => {
    await yard.deps.store.setControl({ paused: true });
    const training = await yard.train();
    expect((await cancelTraining(yard.deps, training.id, 'ana')).status).toBe('cancelled');
    await yard.deps.store.setControl({ paused: false });
    await yard.until(await yard.train(), 'completed');
    expect(accepted()).toBe(1);
  });
});

describe('while the line is paused', () => {
  it('nothing is submitted, and what runs goes on', async () => {
    const before = await yard.train();
    await yard.until(before, 'running');
    await yard.deps.store.setControl({ paused: true, reason: 'night' });
    const after = await yard.train();
    await yard.until(before, 'completed');
    expect((await yard.deps.store.load(after.id))!.status).toBe('queued');
    await yard.deps.store.setControl({ paused: false });
    await yard.until(after, 'completed');
  });
});

describe('an object store that is away while a model waits to be recorded', () => {
  it('makes no training fail: a person is told, and the model is recorded when it is back', async () => {
    const training = await yard.train();
    await yard.until(training, 'running');
    yard.standIn.faults.push({ kind: 'slow', op: 'status', delay_ms: 60_000 });
    await expect.poll(() => yard.standIn.history.live(), { timeout: 20_000 }).toBe(0);
    await rename(yard.folder, `${yard.folder}-away`);
    const load = async () => (await yard.deps.store.load(training.id))!;
    await expect
      .poll(async () => (await load()).needsAttention, { timeout: 60_000 })
      .toMatchObject({
        reason: expect.stringContaining('object store'),
      });
    expect((await load()).status).toBe('finalizing');
    await rename(`${yard.folder}-away`, yard.folder);
    await yard.until(training, 'completed');
  });

  it('or refuses to write it: a person is told at once what is wrong, and nothing fails', async () => {
    const training = await yard.train();
    await yard.until(training, 'running');
    const folder = `${yard.folder}/data/actor_manifests`;
    await rename(folder, `${folder}-away`);
    await writeFile(folder, 'no folder');
    const load = async () => (await yard.deps.store.load(training.id))!;
    await expect
      .poll(async () => (await load()).needsAttention, { timeout: 60_000 })
      .toMatchObject({ reason: expect.stringContaining('a part of the key is itself an object') });
    expect((await load()).status).toBe('finalizing');
    await rm(folder);
    await rename(`${folder}-away`, folder);
    await yard.until(training, 'completed');
  });
});
