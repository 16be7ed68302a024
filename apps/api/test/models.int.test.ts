import { advance, reconcile } from '@trainyard/application';
import { type Attempt, type RunOutput, toDefaultOutputKey } from '@trainyard/domain';
import { expect, it } from 'vitest';
import { openTestSystem, type TestSystem } from './test-system.ts';

const subject = { kind: 'actor', id: '0019' } as const;

/** Ends a run of a new training with this output. The model is stored at the output key if `storesModel` is set. */
async function endRun(system: TestSystem, output: RunOutput, storesModel = false): Promise<string> {
  const { call, deps } = system;
  const body = { kind: subject.kind, subject_id: subject.id, force: true };
  const { id } = (await call('POST', '/api/trainings', body)).json();
  const at = deps.clock.now();
  const attempt: Attempt = {
    ...{ number: 1, endpointId: 'ep1', startedAt: at, executionTimeoutMs: 1, ttlMs: 1, attemptDeadline: at },
    ...{ versionName: `of-${id}`, modelName: `actor_0019_${id}`, lockToken: 't', nonce: 'n' },
    outputKey: toDefaultOutputKey(id, 1),
  };
  if (storesModel) await deps.objects.put(attempt.outputKey, new Uint8Array(9));
  await advance(deps, id, { type: 'submission_started', at, cause: 'dispatcher', attempt });
  await advance(deps, id, { type: 'submission_accepted', at, cause: 'dispatcher', attempt: 1, runId: id });
  const outcome = { status: 'completed', output } as const;
  await advance(deps, id, { type: 'run_ended', at, cause: 'poll', attempt: 1, runId: id, outcome });
  await reconcile(deps, id);
  return id;
}

it('an address that the training may not have written is neither presigned, read nor redirected to', async () => {
  const system = await openTestSystem();
  const other = await endRun(system, {}, true);
  for (const loraUrl of [
    `s3://local/${toDefaultOutputKey(other, 1)}`,
    's3://private-bucket/secret.safetensors',
    'data/actors.json',
    'https://elsewhere.example/model.safetensors',
  ]) {
    const id = await endRun(system, { loraUrl });
    const training = (await system.call('GET', `/api/trainings/${id}`)).json();
    expect(training).toMatchObject({ status: 'completed', model: { lora_url: loraUrl, verified: false } });
    for (const query of ['', '?link=true']) {
      const answer = await system.call('GET', `/api/trainings/${id}/model${query}`);
      expect(answer.json()).toMatchObject({ status: 409, code: 'model_not_verified' });
      expect(answer.json().detail).toContain(loraUrl);
      expect(answer.json().detail).toContain('MODEL_PREFIXES (s3://local/)');
      expect(answer.headers).not.toHaveProperty('location');
    }
  }
});

it('an address that cannot be parsed ends the training, and the model at its output key is found', async () => {
  const system = await openTestSystem();
  for (const loraUrl of [
    'javascript:alert(1)',
    'file:///etc/passwd',
    '/output//a.safetensors',
    '../x',
    'a/',
  ]) {
    const failed = await endRun(system, { loraUrl });
    expect((await system.call('GET', `/api/trainings/${failed}`)).json()).toMatchObject({
      status: 'failed',
      failure: { code: 'output_missing', message: expect.stringContaining('The address is unusable') },
    });
    const completed = await endRun(system, { loraUrl }, true);
    const answer = await system.call('GET', `/api/trainings/${completed}/model`);
    expect((await system.call('GET', String(answer.headers['location']))).rawPayload.length).toBe(9);
  }
});

it('a version without a verified model is marked good only after a confirmation', async () => {
  const system = await openTestSystem();
  const version_id = await endRun(system, { loraUrl: 'https://elsewhere.example/model.safetensors' });
  const mark = (body: object) => system.call('POST', '/api/actors/0019/mark-good', { version_id, ...body });
  expect((await mark({})).json()).toMatchObject({ status: 409, code: 'model_not_verified' });
  expect((await mark({ unverified: false })).statusCode).toBe(409);
  expect((await mark({ unverified: true })).json().version).toMatchObject({ good: true, verified: false });
  const readVersion = async () => (await system.call('GET', `/api/trainings/${version_id}`)).json().version;
  expect(await readVersion()).toEqual({
    id: `actor_0019_${version_id}`,
    verdict: 'good',
    verified: false,
  });
  expect((await mark({ good: false })).json().version).toMatchObject({ good: false, verdict: 'not_good' });
  expect(await readVersion()).toMatchObject({ verdict: 'not_good' });
  expect((await mark({ good: null })).json().version).toMatchObject({ good: false, verdict: null });
  expect(await readVersion()).toMatchObject({ verdict: null });
  expect(await system.deps.manifests.listVersions(subject)).toMatchObject([
    { output_key: toDefaultOutputKey(version_id, 1), verified: false },
  ]);
  await system.deps.objects.put('data/actor_manifests/0019_manifest.json', '{');
  expect(await readVersion()).toBeNull();
});
