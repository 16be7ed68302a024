import { advance, reconcile, runBackupCycle } from '@trainyard/application';
import { type Attempt, type RunOutput, type RunProgress, toDefaultOutputKey } from '@trainyard/domain';
import sharp from 'sharp';
import { expect, it } from 'vitest';
import { openTestSystem, type TestSystem } from './test-system.ts';

const STEM = (id: string) => toDefaultOutputKey(id, 1).replace('.safetensors', '');

/** A PNG of noise, so that its size grows with its pixels. */
async function paintPng(width: number): Promise<Buffer> {
  const noise = { type: 'gaussian', mean: 128, sigma: 40 } as const;
  return sharp({ create: { width, height: width, channels: 3, background: 'gray', noise } })
    .png()
    .toBuffer();
}

async function enqueue({ call }: TestSystem, body: object = {}): Promise<string> {
  const prompts = { sample_prompts: ['first prompt', 'second prompt'] };
  return (
    await call('POST', '/api/trainings', {
      ...{ kind: 'actor', subject_id: '0019', force: true },
      ...prompts,
      ...body,
    })
  ).json().id;
}

async function startRun({ deps }: TestSystem, id: string): Promise<Attempt> {
  const at = deps.clock.now();
  const attempt: Attempt = {
    ...{ number: 1, endpointId: 'ep1', startedAt: at, executionTimeoutMs: 1, ttlMs: 1, attemptDeadline: at },
    ...{ versionName: `of-${id}`, modelName: `actor_0019_${id}`, lockToken: 't', nonce: 'n' },
    outputKey: toDefaultOutputKey(id, 1),
  };
  await advance(deps, id, { type: 'submission_started', at, cause: 'dispatcher', attempt });
  await advance(deps, id, { type: 'submission_accepted', at, cause: 'dispatcher', attempt: 1, runId: id });
  return attempt;
}

async function observe({ deps }: TestSystem, id: string, progress?: RunProgress): Promise<void> {
  const at = deps.clock.now();
  const base = { at, cause: 'poll', attempt: 1, runId: id } as const;
  await advance(deps, id, {
    ...base,
    type: 'run_observed',
    phase: 'in_progress',
    ...(progress && { progress }),
  });
}

/** Ends the run with a stored model; `files` are stored in the folder of the model. */
async function complete(system: TestSystem, id: string, output: RunOutput, files: Record<string, Buffer>) {
  const { deps } = system;
  await deps.objects.put(toDefaultOutputKey(id, 1), new Uint8Array(9));
  for (const [name, body] of Object.entries(files)) await deps.objects.put(`models/${id}/${name}`, body);
  const outcome = { status: 'completed', output } as const;
  const at = deps.clock.now();
  await advance(deps, id, { type: 'run_ended', at, cause: 'poll', attempt: 1, runId: id, outcome });
  await reconcile(deps, id);
}

it('recorded pictures are served at stable addresses, resized, and not sent again', async () => {
  const system = await openTestSystem();
  const { call } = system;
  const id = await enqueue(system);
  await startRun(system, id);
  const png = await paintPng(400);
  await complete(system, id, {}, { 'attempt-1_sample_01.png': png, 'attempt-1_loss.png': png });
  const list = (await call('GET', `/api/trainings/${id}/pictures`)).json();
  const common = { attempt: 1, size_bytes: png.length };
  expect(list).toEqual([
    { name: 'attempt-1_sample_01.png', kind: 'sample', index: 1, prompt: 'second prompt', ...common },
    { name: 'attempt-1_loss.png', kind: 'loss', index: null, prompt: null, ...common },
  ]);
  expect((await call('GET', `/api/trainings/${id}`)).json().pictures).toEqual(list);
  const address = `/api/trainings/${id}/pictures/attempt-1_sample_01.png`;
  const original = await call('GET', address);
  expect(original.rawPayload.equals(png)).toBe(true);
  expect(original.headers).toMatchObject({
    'content-type': 'image/png',
    'content-security-policy': 'sandbox',
    'x-content-type-options': 'nosniff',
    'cache-control': 'private, max-age=86400',
  });
  const etags = new Set([original.headers.etag]);
  for (const width of [96, 320, 640, 96]) {
    const small = await call('GET', `${address}?w=${width}`);
    expect(small.headers).toMatchObject({
      'content-type': 'image/webp',
      'content-security-policy': 'sandbox',
    });
    expect(await sharp(small.rawPayload).metadata()).toMatchObject({
      format: 'webp',
      width: Math.min(width, 400),
    });
    const again = await call('GET', `${address}?w=${width}`, undefined, {
      'if-none-match': String(small.headers.etag),
    });
    expect([again.statusCode, again.rawPayload.length]).toEqual([304, 0]);
    etags.add(small.headers.etag);
  }
  expect(etags.size).toBe(4);
  expect((await call('GET', `${address}?w=97`)).json()).toMatchObject({ code: 'invalid_request' });
});

it('no file is served that was not recorded as a picture, or that is no raster picture', async () => {
  const system = await openTestSystem();
  const { call, deps } = system;
  const id = await enqueue(system);
  await startRun(system, id);
  const svg = Buffer.from('<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>');
  const bomb = await sharp({ create: { width: 8_000, height: 8_000, channels: 3, background: 'red' } })
    .png()
    .toBuffer();
  await complete(
    system,
    id,
    {},
    {
      'attempt-1_sample_00.png': svg,
      'attempt-1_sample_01.png': bomb,
      'attempt-1_loss.png': Buffer.concat([Buffer.from('\x89PNG\r\n\x1a\n', 'latin1'), svg]),
    },
  );
  await deps.objects.put(`models/${id}/late.png`, await paintPng(9));
  const get = async (name: string) => (await call('GET', `/api/trainings/${id}/pictures/${name}`)).json();
  for (const name of [
    'late.png',
    'attempt-1.safetensors',
    '..%2Fsecret.png',
    encodeURIComponent(`${STEM(id)}_loss.png`),
  ])
    expect(await get(name)).toMatchObject({ status: 404, code: 'picture_not_found' });
  for (const name of [
    'attempt-1_sample_00.png',
    'attempt-1_sample_00.png?w=96',
    'attempt-1_sample_01.png?w=96',
    'attempt-1_loss.png?w=320',
  ])
    expect(await get(name)).toMatchObject({ status: 422, code: 'picture_unusable' });
  await deps.objects.delete(`models/${id}/attempt-1_loss.png`);
  expect(await get('attempt-1_loss.png')).toMatchObject({ code: 'picture_not_found' });
});

it('the version lists file name, pictures, checksum and final loss of its model', async () => {
  const system = await openTestSystem();
  const id = await enqueue(system, { version_name: 'V7' });
  await startRun(system, id);
  await observe(system, id, { step: 100, totalSteps: 200, loss: 0.31 });
  const sha256 = 'ab'.repeat(32);
  await complete(
    system,
    id,
    { sha256, samples: [`models/${id}/grid.webp`, 'data/actors.json'] },
    {
      'grid.webp': Buffer.from('RIFF0000WEBPVP8 '),
      'attempt-1_sample_00.png': await paintPng(9),
    },
  );
  const { versions } = (await system.call('GET', '/api/actors/0019/training-versions')).json();
  expect(versions.find(({ training_id }: { training_id: string }) => training_id === id)).toMatchObject({
    status: 'completed',
    preset: 'A',
    file_name: expect.stringMatching(/^actor_0019_.+\.safetensors$/),
    samples: ['attempt-1_sample_00.png', 'grid.webp'],
    pictures: [
      { name: 'attempt-1_sample_00.png', kind: 'sample', index: 0 },
      { name: 'grid.webp', kind: 'other', index: null },
    ],
    size_bytes: 9,
    sha256,
    final_loss: 0.31,
    warnings: [expect.stringContaining('data/actors.json is outside the folder')],
  });
  const training = (await system.call('GET', `/api/trainings/${id}`)).json();
  expect(training).toMatchObject({
    status: 'completed',
    model: { sha256, file_name: expect.stringMatching(/^actor_0019_.+\.safetensors$/) },
    progress: { step: 100, loss: 0.31, remaining: null, remaining_withheld: null },
    warnings: expect.arrayContaining([expect.objectContaining({ code: 'picture_ignored' })]),
  });
  const { events } = (await system.call('GET', `/api/trainings/${id}/events`)).json();
  expect(JSON.stringify(events)).toContain('picture_ignored');
});

it('the progress of each attempt is kept after its end, and not after pruning', async () => {
  const system = await openTestSystem({ env: { RETENTION_DAYS: '1' } });
  const { call, deps } = system;
  const id = await enqueue(system);
  const read = async () => (await call('GET', `/api/trainings/${id}/progress`)).json();
  expect(await read()).toEqual({ attempts: [] });
  await startRun(system, id);
  await observe(system, id);
  expect((await read()).attempts).toMatchObject([
    { number: 1, points: [], phases: { started_running_at: expect.any(String), first_step_at: null } },
  ]);
  await observe(system, id, { step: 100, totalSteps: 200, loss: 0.5 });
  await deps.store.addProgressPoint({ trainingId: id, attempt: 1 }, [100, 0.5, 1_000]);
  await complete(system, id, {}, {});
  await runBackupCycle(deps);
  expect(await deps.store.listCurves()).toEqual([]);
  expect(await read()).toEqual({
    attempts: [
      {
        number: 1,
        points: [[100, 0.5, '1970-01-01T00:00:01.000Z']],
        phases: {
          accepted_at: expect.any(String),
          submitted_at: expect.any(String),
          started_running_at: expect.any(String),
          first_step_at: expect.any(String),
          ended_at: expect.any(String),
        },
      },
    ],
  });
  const training = await deps.store.load(id);
  if (!training) throw new Error('the training is not stored');
  const pruned = { at: deps.clock.now(), imageCount: 1 };
  await deps.store.prune(training, { ...training.request, samplePrompts: [], pruned });
  expect(await read()).toMatchObject({ status: 404, code: 'progress_not_kept' });
});

it('prompts create sample pictures, and a warning states why they create none', async () => {
  const { call } = await openTestSystem();
  const post = async (body: object) =>
    (
      await call('POST', '/api/trainings', { kind: 'actor', subject_id: '0019', force: true, ...body })
    ).json();
  const prompts = { sample_prompts: ['a portrait'] };
  expect(await post(prompts)).toMatchObject({ warnings: [] });
  const read = async ({ id }: { id: string }) => (await call('GET', `/api/trainings/${id}`)).json();
  expect(await read(await post(prompts))).toMatchObject({ validation: true, sample_prompts: ['a portrait'] });
  expect(await read(await post({}))).toMatchObject({ validation: false });
  const refused = await read(await post({ ...prompts, validation: false }));
  expect(refused).toMatchObject({
    validation: false,
    warnings: [{ code: 'sample_prompts_unused', message: expect.stringContaining('validation is false') }],
  });
  await call('POST', `/api/trainings/${refused.id}/cancel`, {});
  const retried = await read(
    (await call('POST', `/api/trainings/${refused.id}/retry`, { force: true })).json(),
  );
  expect(retried).toMatchObject({ validation: false, warnings: [] });
  await call('POST', `/api/trainings/${retried.id}/cancel`, {});
  const body = { sample_prompts: ['a street'], force: true };
  expect(await read((await call('POST', `/api/trainings/${retried.id}/retry`, body)).json())).toMatchObject({
    validation: true,
    sample_prompts: ['a street'],
  });
});
