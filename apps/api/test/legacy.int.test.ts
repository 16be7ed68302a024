import { describe, expect, it } from 'vitest';
import { createActorBody, createStyleBody, createWorkflow } from './legacy-bodies.ts';
import { openTestSystem } from './test-system.ts';

const IMAGES = ['a', 'b', 'c', 'd', 'e'].map(
  (stem) => `https://some-bucket.s3.us-west-1.amazonaws.com/x/${stem}.jpg`,
);

describe('POST /api/training/start', () => {
  it('takes the request of a style and answers in the legacy format', async () => {
    const { call, deps } = await openTestSystem();
    const answer = await call('POST', '/api/training/start', await createStyleBody(IMAGES));
    expect(answer.statusCode).toBe(200);
    const body = answer.json();
    expect(body).toMatchObject({
      status: 'started',
      job_id: expect.stringMatching(/^custom-styles_style_16_v1\.0_\d+$/),
      runpod_job_id: null,
      user_id: 'actor_maker_user',
      tenant_id: 'actor_maker',
      training_type: 'custom-styles',
      model_name: 'style_16_v1.0',
      message: 'Training started, completion will be notified via webhook',
      webhook_url: 'https://train.example.com/core/training-webhooks/runpod-serverless',
      request_id: '16_1234567890',
      webhook_dropped: true,
    });
    expect(answer.body).not.toContain('token');
    const { request } = (await deps.store.load(body.training_id))!;
    expect(request).toMatchObject({
      subject: { kind: 'style', id: '16' },
      versionName: 'v1.0',
      modelName: 'style_16_v1.0',
    });
    expect(request.imageUris).toHaveLength(5);
    expect(request.imageUris[0]).toBe('s3://some-bucket/x/a.jpg');
    expect(request.hyperparameters).toMatchObject({
      max_train_steps: 1200,
      learning_rate: 0.0001,
      network_alpha: 16,
    });
    expect(request.notifyUrl).toBeUndefined();
  });

  it('lists the changes of the caller’s workflow', async () => {
    const { call } = await openTestSystem();
    const { workflow_changes: changes, training_id: id } = (
      await call('POST', '/api/training/start', await createStyleBody(IMAGES))
    ).json();
    const places = changes.map((each: { node: string; input: string }) => `${each.node}.${each.input}`);
    expect(places).toEqual(
      expect.arrayContaining(['108.reset_on_queue', '109.dataset_path', '107.output_dir']),
    );
    expect(changes).toContainEqual(
      expect.objectContaining({ node: '107', input: 'output_dir', to: `/output/${id}/attempt-1` }),
    );
    expect(changes).toContainEqual(
      expect.objectContaining({ node: '108', input: 'reset_on_queue', from: false, to: true }),
    );
  });

  it('passes unknown fields of training_config on to the container, and keeps Trainyard’s own', async () => {
    const { call, deps } = await openTestSystem();
    const body = await createActorBody(IMAGES);
    const own = { training_id: 'mine', attempt: 9, output_key: 'data/settings.json' };
    const extra = { preview_every: 250, tags: ['night', { a: 1 }] };
    body.input.training_config = { ...body.input.training_config, ...own, ...extra };
    const { training_id: id } = (await call('POST', '/api/training/start', body)).json();
    const { request } = (await deps.store.load(id))!;
    expect(request.containerConfig).toEqual(extra);
    await call('POST', `/api/trainings/${id}/cancel`);
    const retried = (await call('POST', `/api/trainings/${id}/retry`)).json();
    expect((await deps.store.load(retried.id))!.request.containerConfig).toEqual(extra);
  });

  it('always sends captions with the extension .txt, and refuses an override of it', async () => {
    const { call } = await openTestSystem();
    const body = await createActorBody(IMAGES);
    const changed = { '107': { learning_rate: 0.0004 }, '108': { caption_extension: '.caption' } };
    const workflow = await createWorkflow(changed);
    const started = await call('POST', '/api/training/start', { input: { ...body.input, workflow } });
    expect(started.json().workflow_changes).toContainEqual({
      node: '108',
      input: 'caption_extension',
      from: '.caption',
      to: '.txt',
    });
    const override = { '108': { caption_extension: '.caption' } };
    const answer = await call('POST', '/api/trainings', {
      kind: 'actor',
      subject_id: '0019',
      images: IMAGES,
      workflow_overrides: override,
      force: true,
    });
    expect([answer.statusCode, answer.json().issues[0].path]).toEqual([
      422,
      'workflow.108.caption_extension',
    ]);
  });

  it('takes the request of an actor, with its request id as idempotency key', async () => {
    const { call, deps } = await openTestSystem();
    const body = await createActorBody(IMAGES);
    const first = await call('POST', '/api/training/start', body);
    expect(first.json()).toMatchObject({
      status: 'started',
      training_type: 'custom-actors',
      model_name: 'actor_0019_V1',
    });
    const again = await call('POST', '/api/training/start', body);
    expect(again.headers['idempotency-replayed']).toBe('true');
    expect(again.json()).toEqual(first.json());
    expect((await deps.store.list({ limit: 10 })).items).toHaveLength(1);
    const other = { ...body, input: { ...body.input, training_data: { s3_urls: IMAGES.slice(1) } } };
    expect((await call('POST', '/api/training/start', other)).json()).toMatchObject({
      status: 'failed',
      code: 'idempotency_conflict',
    });
  });

  it('keeps a webhook that leads to the caller, and builds a missing workflow', async () => {
    const { call, deps } = await openTestSystem();
    const { input } = await createActorBody(IMAGES);
    const { workflow: _, ...rest } = input;
    const body = { input: rest, webhook: 'https://hooks.example.org/done?key=1' };
    const answer = await call('POST', '/api/training/start', body);
    expect(answer.json()).toMatchObject({ status: 'started', webhook_dropped: false, workflow_changes: [] });
    expect(answer.body).not.toContain('key=1');
    const { request } = (await deps.store.load(answer.json().training_id))!;
    expect(request).toMatchObject({
      notifyUrl: body.webhook,
      notifyPayload: 'legacy',
      hyperparameters: { learning_rate: 0.0004, max_train_steps: 2000 },
    });
    await call('POST', `/api/trainings/${answer.json().training_id}/cancel`);
    const other = { notify_url: 'https://other.example.org/' };
    const retried = await call('POST', `/api/trainings/${answer.json().training_id}/retry`, other);
    const requestOfRetry = (await deps.store.load(retried.json().id))!.request;
    expect([requestOfRetry.notifyUrl, requestOfRetry.notifyPayload]).toEqual([other.notify_url, undefined]);
  });

  it('waits for a run no longer than its timeout', async () => {
    const { call } = await openTestSystem({ submitWaitMs: 200 });
    const answer = await call('POST', '/api/training/start?wait=submitted', await createActorBody(IMAGES));
    expect(answer.json()).toMatchObject({ status: 'started', runpod_job_id: null });
  });

  it.each([
    ['loops that differ from max_train_steps', { '4': { steps: 100 } }, 'input.workflow.107.max_train_steps'],
    [
      'a value out of bounds',
      { '107': { learning_rate: 0.0004, network_dim: 0 } },
      'input.workflow.107.network_dim',
    ],
    [
      'a learning rate that differs from training_config',
      { '107': { learning_rate: 0.9 } },
      'input.workflow.107.learning_rate',
    ],
  ])('refuses a workflow with %s in the legacy format', async (_, changes, path) => {
    const { call, deps } = await openTestSystem();
    const body = await createActorBody(IMAGES);
    const workflow = await createWorkflow({ '107': { learning_rate: 0.0004 }, ...changes });
    const answer = await call('POST', '/api/training/start', { ...body, input: { ...body.input, workflow } });
    expect(answer.statusCode).toBe(422);
    expect(answer.json()).toMatchObject({
      status: 'failed',
      error: expect.any(String),
      code: 'invalid_request',
    });
    expect(answer.json().issues.map((issue: { path: string }) => issue.path)).toContain(path);
    expect((await deps.store.list({ limit: 10 })).items).toEqual([]);
  });

  it('reports every other fault in the legacy format', async () => {
    const { call, deps } = await openTestSystem();
    const body = await createActorBody(IMAGES);
    const config = body.input.training_config;
    const post = (input: object) =>
      call('POST', '/api/training/start', { input: { ...body.input, ...input } });
    const cases = [
      [await post({ training_data: { s3_urls: [] } }), 'input.training_data.s3_urls'],
      [await post({ training_config: { ...config, mode: 'custom-cats' } }), 'input.training_config.mode'],
      [
        await post({ training_config: { ...config, model_name: 'x', request_id: 'y' } }),
        'input.training_config.model_name',
      ],
      [await post({ training_config: { ...config, note: 'a\u0000' } }), 'input.training_config.note'],
      [await post({ workflow: 'a' }), 'input.workflow'],
      [await call('POST', '/api/training/start', { ...body, webhook: 'file:///etc/passwd' }), 'webhook'],
    ] as const;
    for (const [answer, path] of cases) {
      expect(answer.json()).toMatchObject({
        status: 'failed',
        code: 'invalid_request',
        error: expect.any(String),
      });
      expect(answer.json().issues.map((issue: { path: string }) => issue.path)).toContain(path);
    }
    const address = (await post({ training_data: { s3_urls: ['invalid'] } })).json();
    expect(address).toMatchObject({ status: 'failed', code: 'dataset_refused' });
    expect(address.error).toContain('invalid');
    expect((await deps.store.list({ limit: 10 })).items).toEqual([]);
  });

  it('accepts workflows above the default body limit and refuses bodies above its own', async () => {
    const { call } = await openTestSystem();
    const body = await createActorBody(IMAGES);
    const padded = (bytes: number) => ({ ...body, input: { ...body.input, padding: 'x'.repeat(bytes) } });
    const beyondOrdinary = await call('POST', '/api/training/start', padded(2_000_000));
    expect(beyondOrdinary.json().issues).toMatchObject([{ path: 'input.padding' }]);
    const beyond = await call('POST', '/api/training/start', padded(13_000_000));
    expect(beyond.json()).toMatchObject({ code: 'body_too_large', status: 'failed' });
  });
});

describe('POST /api/training/status', () => {
  it('finds a training by each of its ids', async () => {
    const { call } = await openTestSystem();
    const started = (await call('POST', '/api/training/start', await createActorBody(IMAGES))).json();
    const names = [
      { id: started.training_id },
      { training_id: started.training_id },
      { job_id: started.job_id },
      { request_id: '0019_1234567890' },
    ];
    for (const name of names)
      expect((await call('POST', '/api/training/status', name)).json()).toMatchObject({
        status: 'IN_QUEUE',
        id: started.job_id,
        training_id: started.training_id,
      });
    await call('POST', `/api/trainings/${started.training_id}/cancel`);
    expect((await call('POST', '/api/training/status', names[0])).json()).toMatchObject({
      status: 'CANCELLED',
    });
  });

  it('requires exactly one id, and answers 404 for an unknown id', async () => {
    const { call } = await openTestSystem();
    for (const bad of [{}, { id: 'a', job_id: 'b' }, { jobid: 'a' }, { id: 7 }])
      expect((await call('POST', '/api/training/status', bad)).json()).toMatchObject({ status: 422 });
    expect((await call('POST', '/api/training/status', { job_id: 'unknown' })).json()).toMatchObject({
      status: 404,
      code: 'training_not_found',
    });
  });
});
