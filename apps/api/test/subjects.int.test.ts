import { describe, expect, it } from 'vitest';
import { openTestSystem } from './test-system.ts';

function getIds(items: readonly { id: string }[]) {
  return items.map(({ id }) => id);
}

describe('the catalogue', () => {
  it('lists all actors or a page of them', async () => {
    const { call } = await openTestSystem();
    const all = (await call('GET', '/api/actors')).json();
    expect(getIds(all.actors)).toEqual(['0019', '0042', '0050', '0099']);
    expect(all.actors[0]).toMatchObject({
      name: '0019 european 20 female',
      training_data: { count: 5, synced: true },
      training_data_good: true,
      custom_models_good: false,
      poster: null,
    });
    const page = (await call('GET', '/api/actors?limit=3')).json();
    const rest = (await call('GET', `/api/actors?cursor=${page.next_cursor}`)).json();
    expect([getIds(page.actors), getIds(rest.actors), rest.next_cursor]).toEqual([
      ['0019', '0042', '0050'],
      ['0099'],
      null,
    ]);
    expect(getIds((await call('GET', '/api/styles')).json().styles)).toEqual(['16', '17']);
  });

  it('shows the poster of an actor as its address', async () => {
    const { call, deps } = await openTestSystem();
    const poster = deps.objects.toUri('actors/0019/poster.png');
    await deps.objects.put('data/actors.json', JSON.stringify([{ id: '0019', poster }, { id: '0042' }]));
    const { actors } = (await call('GET', '/api/actors')).json();
    expect(actors).toMatchObject([
      { id: '0019', poster },
      { id: '0042', poster: null },
    ]);
  });

  it('is searched, filtered and sorted, with the number of hits', async () => {
    const { call } = await openTestSystem();
    const found = async (query: string) => {
      const { actors, total } = (await call('GET', `/api/actors?${query}`)).json();
      return [getIds(actors), total];
    };
    expect(await found('q=EUROPEAN%200042')).toEqual([['0042'], 1]);
    expect(await found('sex=male,other')).toEqual([[], 0]);
    expect(await found('sex=Female&ethnicity=european&limit=1')).toEqual([['0019'], 4]);
    expect(await found('data=none')).toEqual([['0099'], 1]);
    expect(await found('reviewed=false')).toEqual([['0050'], 1]);
    expect(await found('has_good_model=true')).toEqual([[], 0]);
    expect(await found('sort=images&order=asc&limit=2')).toEqual([['0099', '0019'], 4]);
    expect(await found('sort=id&order=desc')).toEqual([['0099', '0050', '0042', '0019'], 4]);
    expect((await call('GET', '/api/actors')).json().facets).toEqual({
      sex: ['female'],
      ethnicity: ['european'],
    });
    const { styles, total } = (await call('GET', '/api/styles?q=INK')).json();
    expect([getIds(styles), total]).toEqual([['17'], 1]);
    for (const bad of ['age=7', 'sex=', 'data=some', 'sort=height', 'limit=0'])
      expect((await call('GET', `/api/actors?${bad}`)).statusCode).toBe(422);
  });

  it('shows live trainings and eligibility for auto-train', async () => {
    const { call } = await openTestSystem();
    const { id } = (await call('POST', '/api/trainings', { kind: 'actor', subject_id: '0042' })).json();
    const found = async (query: string) => getIds((await call('GET', `/api/actors?${query}`)).json().actors);
    expect(await found('live=true')).toEqual(['0042']);
    expect(await found('live=false')).toEqual(['0019', '0050', '0099']);
    expect(await found('eligible=true')).toEqual(['0019']);
    expect(await found('eligible=false&limit=2')).toEqual(['0042', '0050']);
    expect((await call('GET', '/api/actors/0042')).json()).toMatchObject({
      id: '0042',
      data_state: 'synced',
      live_training_id: id,
      eligible: false,
      reasons: [{ code: 'live_training' }],
      version_count: 0,
      good_version: null,
    });
    expect((await call('GET', '/api/actors/7777')).json()).toMatchObject({ code: 'subject_not_found' });
    expect((await call('GET', '/api/styles/16')).json()).toMatchObject({ id: '16', selection_set_count: 1 });
    expect((await call('GET', '/api/styles/7777')).json()).toMatchObject({ code: 'subject_not_found' });
  });

  it('summarizes actors for people: without addresses, with figures of their models', async () => {
    const { call } = await openTestSystem();
    const version = { id: 'V1', name: 'V1', timestamp: '2026-11-20T10:00:00Z', status: 'completed' };
    await call('POST', '/api/actors/0019/training-versions', version);
    await call('POST', '/api/actors/0019/mark-good', { version_id: 'V1' });
    const { id } = (await call('POST', '/api/trainings', { kind: 'actor', subject_id: '0042' })).json();
    const body = (await call('GET', '/api/actors?view=summary')).json();
    expect(JSON.stringify(body)).not.toContain('s3_urls');
    expect([body.catalogue_count, body.total, body.next_cursor]).toEqual([4, 4, null]);
    expect(body.facets).toEqual({ sex: ['female'], ethnicity: ['european'] });
    const none = { model_state: 'none', version_count: 0, good_version: null, last_trained_at: null };
    expect(body.actors).toMatchObject([
      {
        id: '0019',
        training_data: { count: 5, synced: true },
        data_error_count: 0,
        model_state: 'good',
        version_count: 1,
        good_version: 'V1',
        last_trained_at: '2026-11-20T10:00:00.000Z',
      },
      { id: '0042', ...none, model_state: 'training', live_training_id: id },
      { id: '0050', ...none },
      { id: '0099', ...none, data_state: 'none' },
    ]);
    const found = async (query: string) => {
      const { actors, catalogue_count, total } = (
        await call('GET', `/api/actors?view=summary&${query}`)
      ).json();
      return [getIds(actors), total, catalogue_count];
    };
    expect(await found('model=good')).toEqual([['0019'], 1, 4]);
    expect(await found('model=good,training&order=desc&sort=model')).toEqual([['0019', '0042'], 2, 4]);
    expect(await found('model=none&data=synced&q=european')).toEqual([['0050'], 1, 4]);
    expect(await found('sort=last_trained&order=desc&limit=1')).toEqual([['0019'], 4, 4]);
    expect(await found('limit=1000')).toEqual([['0019', '0042', '0050', '0099'], 4, 4]);
    for (const bad of ['model=ugly', 'model=', 'view=small', 'limit=1001'])
      expect((await call('GET', `/api/actors?${bad}`)).statusCode).toBe(422);
    expect((await call('GET', '/api/actors/0019')).json()).toMatchObject({
      model_state: 'good',
      last_trained_at: '2026-11-20T10:00:00.000Z',
      version_count: 1,
    });
  });

  it('counts the data errors of an actor in its summary once a report knows them', async () => {
    const { call, deps } = await openTestSystem();
    const count = async () =>
      (await call('GET', '/api/actors?view=summary&q=0019')).json().actors[0].data_error_count;
    await deps.objects.put('actors/0019/training_data/a.txt', 'a portrait without the name');
    expect(await count()).toBe(0);
    await call('POST', '/api/datasets/report', { kind: 'actor', subject_id: '0019' });
    expect(await count()).toBe(1);
  });

  it.each(['/api/actors', '/api/styles', '/api/trainings', '/api/auto-train/runs', '/api/deliveries'])(
    'refuses an invalid cursor in the list %s',
    async (route) => {
      const { call } = await openTestSystem();
      const cursors = {
        '0019': 'invalid_cursor',
        W10: 'invalid_cursor',
        null: 'invalid_cursor',
        '%00': 'invalid_request',
      };
      for (const [cursor, code] of Object.entries(cursors))
        expect((await call('GET', `${route}?limit=1&cursor=${cursor}`)).json()).toMatchObject({
          status: 422,
          code,
        });
    },
  );

  it('shows the training data of an actor', async () => {
    const { call } = await openTestSystem();
    const data = (await call('GET', '/api/actors/0019/training-data')).json();
    expect(data).toMatchObject({ actor_id: '0019', count: 5, synced: true, training_data_good: true });
    expect(data.s3_urls[0]).toMatch(/^s3:\/\/.+\/actors\/0019\/training_data\/a\.png$/);
    expect(data.report).toMatchObject({ image_count: 5, caption_count: 5, findings: [], trainable: true });
    const empty = (await call('GET', '/api/actors/0099/training-data')).json();
    expect(empty.report).toMatchObject({ trainable: false, findings: [{ code: 'no_images' }] });
    expect((await call('GET', '/api/actors/0099/training-data?report=false')).json().report).toBeNull();
    expect((await call('GET', '/api/actors/7777/training-data')).json()).toMatchObject({
      code: 'subject_not_found',
    });
  });

  it('marks training data good and removes the mark', async () => {
    const { call, deps } = await openTestSystem();
    const route = '/api/actors/0050/training-data/mark-good';
    expect((await call('POST', route)).json()).toEqual({ actor_id: '0050', training_data_good: true });
    expect((await deps.catalogue.findActor('0050'))?.trainingDataGood).toBe(true);
    expect((await call('POST', route, { good: false })).json()).toEqual({
      actor_id: '0050',
      training_data_good: false,
    });
    expect((await call('POST', route, { good: 'yes' })).statusCode).toBe(422);
    expect((await call('POST', '/api/actors/7777/training-data/mark-good')).statusCode).toBe(404);
  });
});

describe.each([
  ['actors', '0019', 'actor'],
  ['styles', '16', 'style'],
] as const)('the versions of %s', (plural, id, kind) => {
  const base = `/api/${plural}/${id}`;

  it('are created and updated by the legacy tools, whose unknown fields are kept', async () => {
    const { call } = await openTestSystem();
    expect((await call('GET', `${base}/training-versions`)).json()).toEqual({ versions: [] });
    const entry = {
      id: 'x_1',
      name: 'v1.0',
      timestamp: '2025-01-15T10:30:00Z',
      parameters: { network_dim: 16 },
      status: 'completed',
      loraUrl: 's3://b/x.safetensors',
      imageCount: 30,
      mood: 'bright',
      good: true,
    };
    const saved = await call('POST', `${base}/training-versions`, entry);
    expect(saved.json().version).toMatchObject({ id: 'x_1', name: 'v1.0', good: false });
    await call('POST', `${base}/training-versions`, { id: 'x_1', description: 'later' });
    const { versions } = (await call('GET', `${base}/training-versions`)).json();
    expect(versions).toHaveLength(1);
    expect(versions[0]).toMatchObject({ name: 'v1.0', description: 'later', status: 'completed' });
    expect((await call('POST', `${base}/training-versions`, { status: 'happy' })).statusCode).toBe(422);
    expect((await call('GET', `/api/${plural}/none/training-versions`)).json()).toMatchObject({
      code: 'subject_not_found',
    });
    expect((await call('POST', `/api/${plural}/none/training-versions`, entry)).statusCode).toBe(404);
  });

  it('hold one entry for a queued training, whichever of its ids the legacy tool sends', async () => {
    const { call, deps } = await openTestSystem();
    const subject = { kind, id };
    const images = [deps.objects.toUri('actors/0019/training_data/a.png')];
    const request = {
      ...subject,
      subject_id: id,
      images,
      version_name: 'V7',
      request_id: `${id}_1763800000`,
    };
    const { id: __, ...body } = request;
    const training = (await call('POST', '/api/trainings', body)).json();
    const entry = { name: 'V7', status: 'completed', loraUrl: 's3://forged', good: true };
    for (const names of [
      { id: `${kind}_${id}_1763800000` },
      { id: 'y', job_id: training.job_id },
      { training_id: training.id },
    ]) {
      const saved = await call('POST', `${base}/training-versions`, { ...entry, ...names, mood: 'bright' });
      expect(saved.json().version).toMatchObject({
        training_id: training.id,
        name: 'V7',
        status: 'pending',
        good: false,
      });
    }
    const versions = await deps.manifests.listVersions(subject);
    expect(versions).toHaveLength(1);
    expect(versions[0]).not.toHaveProperty('loraUrl');
  });

  it('have at most one good version, which must be completed', async () => {
    const { call, deps } = await openTestSystem();
    for (const [name, status] of [
      ['V1', 'completed'],
      ['V2', 'completed'],
      ['V3', 'failed'],
    ])
      await call('POST', `${base}/training-versions`, { id: name, name, status });
    const good = async () =>
      (await deps.manifests.listVersions({ kind, id })).filter((each) => each.good).map(({ name }) => name);
    expect((await call('POST', `${base}/mark-good`, { version_id: 'V1' })).json().version).toMatchObject({
      good: true,
    });
    await call('POST', `${base}/mark-good`, { version_id: 'V2' });
    expect(await good()).toEqual(['V2']);
    expect((await call('POST', `${base}/mark-good`, { version_id: 'V3' })).json()).toMatchObject({
      status: 409,
      code: 'not_completed',
    });
    expect((await call('POST', `${base}/mark-good`, { version_id: 'V9' })).json()).toMatchObject({
      status: 404,
      code: 'version_not_found',
    });
    expect((await call('POST', `${base}/mark-good`, { version: 'V1' })).statusCode).toBe(422);
    await call('POST', `${base}/mark-good`, { version_id: 'V2', good: false });
    expect(await good()).toEqual([]);
  });
});

describe('auto-train', () => {
  it('lists every actor with its eligibility', async () => {
    const { call } = await openTestSystem();
    const { candidates, eligible_count } = (await call('GET', '/api/auto-train/candidates')).json();
    expect(eligible_count).toBe(2);
    expect(
      candidates.map((each: { actor_id: string; eligible: boolean }) => [each.actor_id, each.eligible]),
    ).toEqual([
      ['0019', true],
      ['0042', true],
      ['0050', false],
      ['0099', false],
    ]);
    expect(candidates[2].reasons).toEqual([
      { code: 'data_not_reviewed', message: 'training data not marked as good' },
    ]);
    expect((await call('GET', '/api/auto-train/candidates?include_unreviewed=perhaps')).statusCode).toBe(422);
  });

  it('enqueues no training in a dry run', async () => {
    const { call, deps } = await openTestSystem();
    const answer = await call('POST', '/api/auto-train/runs', { dry_run: true });
    expect(answer.statusCode).toBe(200);
    expect(answer.json()).toMatchObject({
      dry_run: true,
      considered: 4,
      enqueued: [{ actor_id: '0019', training: null }, {}],
    });
    expect((await deps.store.list({ limit: 10 })).items).toEqual([]);
  });

  it('enqueues eligible actors with low priority and reports the progress of the batch', async () => {
    const { call } = await openTestSystem();
    const answer = await call('POST', '/api/auto-train/runs', { limit: 1 });
    expect(answer.statusCode).toBe(202);
    const run = answer.json();
    expect(run.enqueued).toMatchObject([
      { actor_id: '0019', training: { priority: 100, source: 'auto_train', batch_id: run.id } },
    ]);
    expect(run.skipped).toContainEqual(
      expect.objectContaining({ actor_id: '0042', reasons: [expect.objectContaining({ code: 'limit' })] }),
    );
    const route = String(answer.headers['location']);
    expect((await call('GET', route)).json()).toMatchObject({
      id: run.id,
      done: false,
      total: 1,
      by_status: { pending: 1 },
    });
    await call('POST', `/api/trainings/${run.enqueued[0].training.id}/cancel`);
    expect((await call('GET', route)).json()).toMatchObject({
      done: true,
      summary: { processed: 1, successful: 0, cancelled: 1 },
    });
    expect((await call('GET', '/api/auto-train/runs/none')).json()).toMatchObject({
      status: 404,
      code: 'batch_not_found',
    });
  });

  it('limits a run by the setting unless the body has a limit', async () => {
    const { call } = await openTestSystem({ env: { AUTO_TRAIN_LIMIT: '1' } });
    const enqueued = async (body?: object) =>
      (await call('POST', '/api/auto-train/runs', { dry_run: true, ...body })).json().enqueued;
    expect(await enqueued()).toHaveLength(1);
    expect(await enqueued({ limit: 2 })).toHaveLength(2);
  });

  it('trains no actor twice, and names faults', async () => {
    const { call } = await openTestSystem();
    await call('POST', '/api/auto-train/runs', { all: true });
    expect((await call('POST', '/api/auto-train/runs', { all: true })).json().enqueued).toEqual([]);
    for (const bad of [{ limit: 0 }, { limit: 'all' }, { actor_ids: [] }, { when: 'now' }, { priority: 0 }])
      expect((await call('POST', '/api/auto-train/runs', bad)).json()).toMatchObject({
        status: 422,
        code: 'invalid_request',
      });
  });
});
