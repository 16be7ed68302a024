import { Redis } from 'ioredis';
import { describe, expect, it } from 'vitest';
import { openTestSystem } from './test-system.ts';

const BODY = { kind: 'actor', subject_id: '0019' } as const;

describe('POST /api/trainings', () => {
  it('accepts a training with the catalogue’s images and returns its location', async () => {
    const { call, deps } = await openTestSystem();
    const answer = await call('POST', '/api/trainings', BODY);
    expect(answer.statusCode).toBe(202);
    const training = answer.json();
    expect(answer.headers['location']).toBe(`/api/trainings/${training.id}`);
    expect(training).toMatchObject({
      status: 'queued',
      coarse_status: 'pending',
      kind: 'actor',
      subject_id: '0019',
      policy: 'flux-presets',
      preset: 'A',
      image_count: 5,
      priority: 10,
      runpod_job_id: null,
      trigger: '0019 european 20 female',
      hyperparameters: { max_train_steps: 1500, network_dim: 16, network_alpha: 8 },
    });
    expect(await deps.store.load(training.id)).toMatchObject({ status: 'queued' });
  });

  it('replays the training for the same key and body, and answers 422 for a different body', async () => {
    const { call, deps } = await openTestSystem();
    const key = { 'idempotency-key': 'once' };
    const first = await call('POST', '/api/trainings', BODY, key);
    const again = await call('POST', '/api/trainings', { subject_id: '0019', kind: 'actor' }, key);
    expect([again.statusCode, again.headers['idempotency-replayed']]).toEqual([202, 'true']);
    expect(again.json()).toEqual(first.json());
    expect(again.headers['location']).toBe(first.headers['location']);
    const other = await call('POST', '/api/trainings', { ...BODY, subject_id: '0042' }, key);
    expect(other.statusCode).toBe(422);
    expect(other.json()).toMatchObject({ code: 'idempotency_conflict' });
    expect((await deps.store.list({ limit: 10 })).items).toHaveLength(1);
  });

  it('refuses a busy subject unless it is forced', async () => {
    const { call } = await openTestSystem();
    const first = await call('POST', '/api/trainings', BODY);
    const second = await call('POST', '/api/trainings', BODY);
    expect(second.json()).toMatchObject({
      status: 409,
      code: 'subject_busy',
      training_id: first.json().id,
      hint: expect.stringContaining('force'),
    });
    expect((await call('POST', '/api/trainings', { ...BODY, force: true })).statusCode).toBe(202);
  });

  it('accepts a selection set of a style with the policy of styles', async () => {
    const { call } = await openTestSystem();
    const answer = await call('POST', '/api/trainings', {
      kind: 'style',
      subject_id: '16',
      selection_set_id: 1,
    });
    expect(answer.json()).toMatchObject({
      policy: 'image-count',
      trigger: 'style_16',
      selection_set_id: 1,
      image_count: 5,
    });
  });

  it.each([
    ['a wrong type', { ...BODY, priority: 'high' }, 'priority', 422],
    ['an unknown field', { ...BODY, prioritty: 1 }, 'prioritty', 422],
    ['an unknown nested field', { ...BODY, hyperparameters: { rank: 4 } }, 'hyperparameters.rank', 422],
    ['an empty list of images', { ...BODY, images: [] }, 'images', 422],
    ['an unknown policy', { ...BODY, policy: 'best' }, 'policy', 422],
    [
      'steps out of bounds',
      { ...BODY, hyperparameters: { max_train_steps: 100_001 } },
      'hyperparameters.max_train_steps',
      422,
    ],
    ['priority 0', { ...BODY, priority: 0 }, 'priority', 422],
    ['an id with a path', { kind: 'actor', subject_id: '../x' }, 'subject_id', 422],
    ['a missing kind', { subject_id: '0019' }, 'kind', 422],
    [
      'an override out of bounds',
      { ...BODY, workflow_overrides: { '107': { network_dim: 0 } } },
      'workflow.107.network_dim',
      422,
    ],
    ['a list instead of an object', [BODY], 'body', 422],
    ['a style without a set', { kind: 'style', subject_id: '16' }, 'selection_set_id', 422],
  ])('names the fault in %s', async (_, body, path, status) => {
    const { call, deps } = await openTestSystem();
    const answer = await call('POST', '/api/trainings', body);
    expect(answer.headers['content-type']).toContain('application/problem+json');
    const problem = answer.json();
    expect(problem).toMatchObject({
      status,
      code: 'invalid_request',
      request_id: answer.headers['x-request-id'],
    });
    expect(problem.issues.map((issue: { path: string }) => issue.path)).toContain(path);
    expect((await deps.store.list({ limit: 10 })).items).toEqual([]);
    expect(await deps.store.count('queued')).toBe(0);
  });

  it('names an unknown subject or selection set, and refuses malformed bodies', async () => {
    const { call } = await openTestSystem();
    const unknown = await call('POST', '/api/trainings', { kind: 'actor', subject_id: '7777' });
    expect(unknown.json()).toMatchObject({
      status: 404,
      code: 'subject_not_found',
      detail: expect.stringContaining('7777'),
    });
    const set = await call('POST', '/api/trainings', {
      kind: 'style',
      subject_id: '16',
      selection_set_id: 9,
    });
    expect(set.json()).toMatchObject({ status: 404, code: 'selection_set_not_found' });
    const none = await call('POST', '/api/trainings', { kind: 'actor', subject_id: '0099' });
    expect(none.json()).toMatchObject({ status: 409, code: 'dataset_refused' });
    const json = { 'content-type': 'application/json' };
    expect((await call('POST', '/api/trainings', '{"kind":', json)).json()).toMatchObject({
      status: 400,
      code: 'malformed_json',
    });
    expect(
      (await call('POST', '/api/trainings', 'kind=actor', { 'content-type': 'text/plain' })).json(),
    ).toMatchObject({
      status: 415,
      code: 'unsupported_media_type',
    });
    const large = { ...BODY, description: 'x'.repeat(1_100_000) };
    expect((await call('POST', '/api/trainings', large)).json()).toMatchObject({
      status: 413,
      code: 'body_too_large',
    });
    expect((await call('POST', '/api/trainings')).statusCode).toBeGreaterThanOrEqual(400);
  });

  it('refuses a private notify_url unless NOTIFY_ALLOW_PRIVATE is set', async () => {
    const body = { ...BODY, notify_url: 'http://127.1:9/hook?secret=1' };
    const { call } = await openTestSystem();
    for (const path of ['/api/trainings', '/api/trainings/preview']) {
      const answer = await call('POST', path, body);
      expect(answer.json()).toMatchObject({ status: 422, issues: [{ path: 'notify_url' }] });
      expect(answer.body).not.toContain('secret=1');
    }
    const lenient = await openTestSystem({ env: { NOTIFY_ALLOW_PRIVATE: 'true' } });
    expect((await lenient.call('POST', '/api/trainings', body)).statusCode).toBe(202);
  });

  it('refuses a body with __proto__', async () => {
    const { call } = await openTestSystem();
    const answer = await call(
      'POST',
      '/api/trainings',
      '{"kind":"actor","subject_id":"0019","__proto__":{"force":true}}',
      {
        'content-type': 'application/json',
      },
    );
    expect(answer.statusCode).toBe(400);
  });
});

describe('POST /api/trainings/preview', () => {
  it('returns the request as it would be sent, and enqueues no training', async () => {
    const { call, deps } = await openTestSystem();
    const answer = await call('POST', '/api/trainings/preview', {
      ...BODY,
      hyperparameters: { network_dim: 32 },
    });
    expect(answer.statusCode).toBe(200);
    expect(answer.json()).toMatchObject({
      policy: 'flux-presets',
      overridden: ['network_dim'],
      hyperparameters: { network_dim: 32, network_alpha: 16, lr_warmup_steps: 300 },
      recommended: { network_dim: 16 },
      epochs_node: 150,
      dataset: { image_count: 5, caption_count: 5, class_tokens: '' },
      estimate: { duration_seconds: 2370, cost_usd: null },
      workflow: { '107': { inputs: { network_dim: 32 } } },
    });
    expect((await deps.store.list({ limit: 10 })).items).toEqual([]);
  });
});

describe('the training routes', () => {
  it('list trainings newest first, in pages and by filters', async () => {
    const { call } = await openTestSystem();
    for (const subject_id of ['0019', '0042', '0050'])
      await call('POST', '/api/trainings', { kind: 'actor', subject_id });
    const first = (await call('GET', '/api/trainings?limit=2')).json();
    expect(first.trainings.map((each: { subject_id: string }) => each.subject_id)).toEqual(['0050', '0042']);
    const second = (await call('GET', `/api/trainings?limit=2&cursor=${first.next_cursor}`)).json();
    expect(second.trainings.map((each: { subject_id: string }) => each.subject_id)).toEqual(['0019']);
    expect(second.next_cursor).toBeNull();
    for (const cursor of ['x', first.trainings[1].id, `${first.next_cursor}A`])
      expect((await call('GET', `/api/trainings?cursor=${cursor}`)).json()).toMatchObject({
        status: 422,
        code: 'invalid_cursor',
      });
    expect((await call('GET', `/api/actors?cursor=${first.next_cursor}`)).json()).toMatchObject({
      code: 'invalid_cursor',
    });
    const ofUser = await call('GET', '/api/trainings?user_id=actor_maker_user&tenant_id=actor_maker');
    expect(ofUser.json().trainings).toHaveLength(3);
    expect((await call('GET', '/api/trainings?user_id=unknown')).json().trainings).toEqual([]);
    const one = await call('GET', '/api/trainings?kind=actor&subject_id=0042&status=queued,running');
    expect(one.json().trainings).toHaveLength(1);
    expect((await call('GET', '/api/trainings?status=completed')).json().trainings).toEqual([]);
    expect((await call('GET', '/api/trainings?needs_attention=true')).json().trainings).toEqual([]);
    for (const bad of ['status=happy', 'limit=0', 'limit=many', 'colour=red'])
      expect((await call('GET', `/api/trainings?${bad}`)).json()).toMatchObject({
        status: 422,
        code: 'invalid_request',
      });
  });

  it('find a training by each of its ids, with frozen inputs and events', async () => {
    const { call } = await openTestSystem();
    const body = {
      ...BODY,
      request_id: 'r-1',
      metadata: { order: 7 },
      notify_url: 'https://h.example.org/?secret=1',
    };
    const { id, job_id } = (await call('POST', '/api/trainings', body)).json();
    for (const name of [id, job_id, 'r-1']) {
      const answer = await call('GET', `/api/trainings/${name}`);
      expect(answer.json()).toMatchObject({ id, metadata: { order: 7 }, own_workflow: false });
      expect(answer.json().images).toHaveLength(5);
      expect(answer.body).not.toContain('secret=1');
    }
    const events = (await call('GET', `/api/trainings/${id}/events`)).json();
    expect(events).toMatchObject({
      training_id: id,
      events: [{ seq: 1, type: 'accepted', from: null, to: 'queued' }],
    });
    expect((await call('GET', `/api/trainings/${id}/events?after=1`)).json().events).toEqual([]);
    expect((await call('GET', '/api/trainings/unknown')).json()).toMatchObject({
      status: 404,
      code: 'training_not_found',
    });
    expect((await call('GET', '/api/trainings/unknown/events')).statusCode).toBe(404);
  });
});

describe('the memory limit of Redis', () => {
  it('refuses new trainings above 80 % of maxmemory, while accepted ones continue', async () => {
    const { call, redis } = await openTestSystem({ ownRedis: true });
    const { id } = (await call('POST', '/api/trainings', BODY)).json();
    const raw = new Redis(redis.url);
    const used = Number(/^used_memory:(\d+)/m.exec(await raw.info('memory'))![1]);
    await raw.config('SET', 'maxmemory', Math.round(used * 1.15));
    await raw.quit();
    const other = () => call('POST', '/api/trainings', { kind: 'actor', subject_id: '0042' });
    await expect
      .poll(async () => (await other()).json(), { timeout: 5_000 })
      .toMatchObject({ status: 503, code: 'storage_full' });
    expect((await other()).headers['retry-after']).toBe('60');
    expect((await call('POST', `/api/trainings/${id}/cancel`)).json()).toMatchObject({ status: 'cancelled' });
  });

  it('refuses the retry of a pruned training', async () => {
    const { call, deps } = await openTestSystem();
    const { id } = (await call('POST', '/api/trainings', BODY)).json();
    await call('POST', `/api/trainings/${id}/cancel`);
    const ended = (await deps.store.load(id))!;
    await deps.store.prune(ended, {
      ...ended.request,
      imageUris: [],
      pruned: { at: 5, imageCount: ended.request.imageUris.length },
    });
    expect((await call('GET', `/api/trainings/${id}`)).json()).toMatchObject({
      image_count: 5,
      images: [],
      pruned_at: '1970-01-01T00:00:00.005Z',
    });
    expect((await call('POST', `/api/trainings/${id}/retry`)).json()).toMatchObject({
      status: 409,
      code: 'inputs_pruned',
    });
  });
});

describe('the control routes', () => {
  it('change the priority of a queued training', async () => {
    const { call, open } = await openTestSystem();
    const { id } = (await call('POST', '/api/trainings', BODY)).json();
    const answer = await call('PATCH', `/api/trainings/${id}`, { priority: 3 });
    expect(answer.json()).toMatchObject({ id, priority: 3, rev: 2 });
    const [trainings] = open.queues();
    expect((await trainings!.getJob(id))?.priority).toBe(3);
    for (const bad of [{ priority: 0 }, { priority: 1.5 }, { priority: 3_000_000 }, {}, { prio: 1 }])
      expect((await call('PATCH', `/api/trainings/${id}`, bad)).statusCode).toBe(422);
  });

  it('cancel a queued training at once and retry it as a new training', async () => {
    const { call } = await openTestSystem();
    const { id } = (await call('POST', '/api/trainings', BODY)).json();
    expect((await call('POST', `/api/trainings/${id}/retry`)).json()).toMatchObject({
      status: 409,
      code: 'wrong_state',
    });
    const cancelled = await call('POST', `/api/trainings/${id}/cancel`, { by: 'anna' });
    expect([cancelled.statusCode, cancelled.json().status]).toEqual([202, 'cancelled']);
    expect((await call('PATCH', `/api/trainings/${id}`, { priority: 3 })).json()).toMatchObject({
      code: 'wrong_state',
    });
    const key = { 'idempotency-key': 'again' };
    const retried = await call(
      'POST',
      `/api/trainings/${id}/retry`,
      { hyperparameters: { max_train_steps: 900 } },
      key,
    );
    expect(retried.json()).toMatchObject({
      retry_of: id,
      source: 'retry',
      status: 'queued',
      hyperparameters: { max_train_steps: 900 },
    });
    const replayed = await call(
      'POST',
      `/api/trainings/${id}/retry`,
      { hyperparameters: { max_train_steps: 900 } },
      key,
    );
    expect([replayed.headers['idempotency-replayed'], replayed.json().id]).toEqual([
      'true',
      retried.json().id,
    ]);
    expect((await call('POST', '/api/trainings/unknown/cancel')).statusCode).toBe(404);
    const json = { 'content-type': 'application/json' };
    expect((await call('POST', `/api/trainings/${id}/cancel`, '', json)).statusCode).toBe(202);
    expect((await call('POST', `/api/trainings/${retried.json().id}/cancel`, '', json)).statusCode).toBe(202);
    expect((await call('POST', `/api/trainings/${id}/retry`, '', json)).statusCode).toBe(202);
    expect((await call('POST', '/api/trainings', '', json)).json()).toMatchObject({
      code: 'invalid_request',
    });
    expect((await call('POST', '/api/trainings/unknown/retry')).statusCode).toBe(404);
  });
});

describe('the position of a queued training', () => {
  it('is the same in every answer, and follows priority and cancel', async () => {
    const { call } = await openTestSystem();
    const ids: string[] = [];
    for (const subject_id of ['0019', '0042', '0050']) {
      const accepted = await call('POST', '/api/trainings', { kind: 'actor', subject_id });
      ids.push(accepted.json().id);
      expect(accepted.json().waiting).toMatchObject({ code: 'slot', position: ids.length });
    }
    const listPositions = async () => {
      const { trainings } = (await call('GET', '/api/trainings')).json();
      const positions = new Map<string, unknown>();
      for (const { id, waiting } of trainings) positions.set(id, waiting?.position ?? waiting);
      return ids.map((id) => positions.get(id));
    };
    expect(await listPositions()).toEqual([1, 2, 3]);
    const raised = await call('PATCH', `/api/trainings/${ids[2]}`, { priority: 1 });
    expect(raised.json().waiting).toMatchObject({ position: 1, text: 'next in the queue' });
    expect(await listPositions()).toEqual([2, 3, 1]);
    await call('PUT', '/api/dispatch', { paused: true, reason: 'holiday' });
    expect((await call('GET', `/api/trainings/${ids[1]}`)).json().waiting).toEqual({
      code: 'paused',
      position: 3,
      until: null,
      text: 'paused: holiday',
    });
    const cancelled = await call('POST', `/api/trainings/${ids[0]}/cancel`);
    expect(cancelled.json()).toMatchObject({ status: 'cancelled', waiting: null });
    expect(await listPositions()).toEqual([null, 2, 1]);
  });
});

describe('the dispatch routes', () => {
  it('show the queue with the estimated start of each next training', async () => {
    const { call } = await openTestSystem();
    for (const subject_id of ['0019', '0042', '0050'])
      await call('POST', '/api/trainings', { kind: 'actor', subject_id });
    const slots = (await call('GET', '/api/slots')).json();
    expect(slots).toMatchObject({
      max_concurrency: 2,
      paused: false,
      in_use_count: 0,
      in_use: [],
      waiting_count: 3,
    });
    expect(slots.next.map((each: { subject_id: string }) => each.subject_id)).toEqual([
      '0019',
      '0042',
      '0050',
    ]);
    expect(slots.next.map((each: { estimated_start: unknown }) => each.estimated_start)).not.toContain(null);
    await call('PUT', '/api/dispatch', { paused: true });
    const paused = (await call('GET', '/api/slots')).json();
    expect(paused.next.map((each: { estimated_start: unknown }) => each.estimated_start)).toEqual([
      null,
      null,
      null,
    ]);
  });

  it('name the cause, the inputs, the estimate and the position of each next training', async () => {
    const { call } = await openTestSystem();
    await call('POST', '/api/trainings', { kind: 'actor', subject_id: '0019', version_name: 'night run' });
    await call('POST', '/api/trainings', { kind: 'actor', subject_id: '0042' });
    const { next } = (await call('GET', '/api/slots')).json();
    expect(next).toMatchObject([
      {
        version_name: 'night run',
        source: 'person',
        image_count: expect.any(Number),
        steps: expect.any(Number),
        expected_seconds: expect.any(Number),
        waiting: { code: 'slot', position: 1, until: null, text: 'next in the queue' },
      },
      { version_name: null, waiting: { position: 2, text: '2nd in the queue' } },
    ]);
    const [first] = next;
    const detail = (await call('GET', `/api/trainings/${first.training_id}`)).json();
    expect(detail).toMatchObject({
      image_count: first.image_count,
      hyperparameters: { max_train_steps: first.steps },
      expected_usd: first.expected_usd,
    });
  });

  it('store pause and concurrency limit, and open the gate on request', async () => {
    const { call, deps } = await openTestSystem();
    await deps.store.setControl({
      gate: { reason: '402', since: 5, reopensWhen: 'health_answer' },
      failedRuns: 4,
    });
    expect((await call('GET', '/api/dispatch')).json()).toEqual({
      max_concurrency: 2,
      budget: null,
      paused: false,
      reason: null,
      gate: { reason: '402', since: '1970-01-01T00:00:00.005Z' },
      redis: null,
      object_store: null,
      alarms: [],
    });
    const detail = { attempts: [{ training_id: 't1', attempt: 1 }] };
    await deps.store.recordReading('live_attempt_without_active_job', { at: 7, detail });
    expect((await call('GET', '/api/dispatch')).json().alarms).toEqual([
      { code: 'live_attempt_without_active_job', since: '1970-01-01T00:00:00.007Z', detail },
    ]);
    await deps.store.recordReading('live_attempt_without_active_job', { at: 8, detail: undefined });
    const changed = await call('PUT', '/api/dispatch', {
      paused: true,
      reason: 'a new GPU',
      max_concurrency: 3,
      gate: null,
    });
    expect(changed.json()).toMatchObject({
      max_concurrency: 3,
      paused: true,
      reason: 'a new GPU',
      gate: null,
    });
    // An operator who opens the gate has judged its cause, so the counts of results in a row start again.
    expect(await deps.store.getControl()).not.toHaveProperty('failedRuns');
    for (const bad of [
      { max_concurrency: 0 },
      { max_concurrency: 'two' },
      {},
      { speed: 9 },
      { gate: 'open' },
    ])
      expect((await call('PUT', '/api/dispatch', bad)).json()).toMatchObject({
        status: 422,
        code: 'invalid_request',
      });
    expect((await call('GET', '/api/dispatch')).json()).toMatchObject({ max_concurrency: 3, paused: true });
  });
});

describe('POST /api/trainings/:id/resolve', () => {
  const accepted = async (call: Awaited<ReturnType<typeof openTestSystem>>['call']) =>
    (
      await call('POST', '/api/trainings', {
        kind: 'actor',
        subject_id: '0019',
        images: ['s3://local/a.png'],
      })
    ).json().id;

  it('is refused unless the submission is unconfirmed', async () => {
    const { call } = await openTestSystem();
    const answer = await call('POST', `/api/trainings/${await accepted(call)}/resolve`, {
      action: 'resubmit',
      attempt: 1,
      run_is_dead: true,
    });
    expect(answer.statusCode).toBe(409);
    expect(answer.json()).toMatchObject({ code: 'wrong_state', detail: expect.stringContaining('queued') });
  });

  it.each([
    [{ action: 'adopt', attempt: 1 }, 'runpod_job_id'],
    [{ action: 'adopt', attempt: 1, runpod_job_id: 'a'.repeat(129) }, 'runpod_job_id'],
    [{ action: 'adopt', attempt: 1, runpod_job_id: '../x' }, 'runpod_job_id'],
    [{ action: 'explode', attempt: 1 }, 'action'],
    [{ action: 'fail', run_is_dead: true }, 'attempt'],
    [{ action: 'fail', attempt: 1, run_is_dead: 'yes' }, 'run_is_dead'],
  ])('refuses %j and names %s', async (body, path) => {
    const { call } = await openTestSystem();
    const answer = await call('POST', `/api/trainings/${await accepted(call)}/resolve`, body);
    expect(answer.statusCode).toBe(422);
    expect(JSON.stringify(answer.json().issues)).toContain(path);
  });
});
