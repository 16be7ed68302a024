import {
  advanceBatches,
  autoTrain,
  backUpBatches,
  backUpSettings,
  backUpTrainings,
  cancelTraining,
  type Deps,
  handleTicks,
  recover,
  setSchedule,
} from '@trainyard/application';
import { Redis } from 'ioredis';
import { describe, expect, it, onTestFinished } from 'vitest';
import { openTestSystem, type TestSystem } from './test-system.ts';

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;

/** The dependencies with a fixed clock, as a different process may read it. */
function withTime(deps: Deps, now: number): Deps {
  return { ...deps, clock: { ...deps.clock, now: () => now } };
}

/** The dependencies of a process that crashes after it has accepted a number of trainings. */
function failAfter(deps: Deps, count: number): Deps {
  let accepted = 0;
  const accept: Deps['store']['accept'] = (...args) => {
    accepted += 1;
    return accepted > count ? Promise.reject(new Error('crashed')) : deps.store.accept(...args);
  };
  return { ...deps, store: { ...deps.store, accept } };
}

async function listTrainedActors({ deps }: TestSystem): Promise<readonly string[]> {
  return (await deps.store.list({ limit: 100 })).items.map(({ request }) => request.subject.id).sort();
}

describe('an auto-train run', () => {
  it('is listed and shown with its enqueued and skipped actors and its summary', async () => {
    const { call, deps } = await openTestSystem();
    const first = (await call('POST', '/api/auto-train/runs', { limit: 1, priority: 50 })).json();
    const second = (await call('POST', '/api/auto-train/runs', { actor_ids: ['0050', 'unknown'] })).json();
    expect(second.skipped.map((each: { reasons: { code: string }[] }) => each.reasons[0]?.code)).toEqual([
      'data_not_reviewed',
      'subject_not_found',
    ]);
    const page = (await call('GET', '/api/auto-train/runs?limit=1')).json();
    expect(page).toMatchObject({
      runs: [{ id: second.id, enqueued_count: 0 }],
      next_cursor: expect.any(String),
    });
    const next = (await call('GET', `/api/auto-train/runs?cursor=${page.next_cursor}`)).json();
    expect(next).toMatchObject({
      runs: [{ id: first.id, status: 'open', order: { limit: 1, priority: 50 }, summary: null }],
      next_cursor: null,
    });
    await cancelTraining(deps, first.enqueued[0].training.id, 'an operator');
    await advanceBatches(deps);
    expect((await call('GET', `/api/auto-train/runs/${first.id}`)).json()).toMatchObject({
      status: 'ended',
      done: true,
      summary: { processed: 1, successful: 0, failed: 0, cancelled: 1 },
      skipped: expect.arrayContaining([expect.objectContaining({ actor_id: '0042' })]),
    });
  });

  it('refuses an unknown policy as a whole, and a dry run estimates the cost', async () => {
    const { call } = await openTestSystem({ env: { GPU_TYPE: 'A100' } });
    expect((await call('POST', '/api/auto-train/runs', { policy: 'best', all: true })).json()).toMatchObject({
      code: 'invalid_request',
      issues: [{ path: 'policy' }],
    });
    const dry = (await call('POST', '/api/auto-train/runs', { dry_run: true })).json();
    expect(dry).toMatchObject({
      id: null,
      enqueued: [
        { planned: { hyperparameters: { max_train_steps: 1_500 }, cost_usd: expect.any(Number) } },
        {},
      ],
      estimate: { duration_seconds: 2_370, cost_usd: expect.any(Number) },
    });
    expect((await call('GET', '/api/auto-train/runs', { all: true })).json().runs).toEqual([]);
  });

  it.each([
    ['POST', undefined],
    ['POST', {}],
    ['POST', { include_unreviewed: true, policy: 'flux-presets' }],
    ['POST', { all: false }],
    ['POST', { limit: 2, all: true }],
  ] as const)('names its limit, actors or budget, or all actors: %s %j is refused', async (method, body) => {
    const { call, deps } = await openTestSystem();
    const answer = await call(method, '/api/auto-train/runs', body);
    expect([answer.statusCode, answer.json()]).toMatchObject([
      422,
      { code: 'invalid_request', issues: [{ path: 'limit', message: expect.stringContaining('all: true') }] },
    ]);
    expect((await deps.store.list({ limit: 1 })).items).toEqual([]);
  });

  it.each([
    [{ limit: 1 }, ['0019']],
    [{ actor_ids: ['0042'] }, ['0042']],
    [{ budget_usd: 3 }, ['0019']],
    [{ all: true }, ['0019', '0042']],
  ])('starts with %j and trains %j', async (body, actors) => {
    const system = await openTestSystem({ env: { GPU_TYPE: 'A100' } });
    expect((await system.call('POST', '/api/auto-train/runs', body)).statusCode).toBe(202);
    expect(await listTrainedActors(system)).toEqual(actors);
  });

  it('trains no actor beyond the confirmed ones, and lists the others as beyond the limit', async () => {
    const system = await openTestSystem();
    const run = (
      await system.call('POST', '/api/auto-train/runs', { limit: 2, confirmed_actor_ids: ['42', '50'] })
    ).json();
    expect(await listTrainedActors(system)).toEqual(['0042']);
    expect(run).toMatchObject({
      order: { limit: 2, confirmed_actor_ids: ['0042', '0050'] },
      eligible_count: 2,
      skipped: expect.arrayContaining([
        expect.objectContaining({ actor_id: '0019', reasons: [expect.objectContaining({ code: 'limit' })] }),
      ]),
    });
    expect(run.considered).toBeGreaterThan(2);
  });

  it('takes AUTO_TRAIN_LIMIT as its limit, which all: true overrides', async () => {
    const { call } = await openTestSystem({ env: { AUTO_TRAIN_LIMIT: '1' } });
    const plan = async (body: object) => (await call('POST', '/api/auto-train/runs', body)).json();
    expect(await plan({ dry_run: true })).toMatchObject({ order: { limit: 1 }, estimate: { count: 1 } });
    expect(await plan({ dry_run: true, all: true })).toMatchObject({ estimate: { count: 2 } });
    expect((await plan({})).enqueued).toHaveLength(1);
    expect((await call('GET', '/api/auto-train/candidates')).json().default_limit).toBe(1);
    const other = await openTestSystem();
    expect((await other.call('GET', '/api/auto-train/candidates')).json().default_limit).toBe(2);
  });

  it('answers a dry run with count, time, cost, price date and the last end behind the queue', async () => {
    const { call, deps } = await openTestSystem({ env: { GPU_TYPE: 'A100', TRAINING_CONCURRENCY: '1' } });
    const plan = async () => (await call('POST', '/api/auto-train/runs', { dry_run: true, limit: 2 })).json();
    const before = deps.clock.now();
    const { estimate, eligible_count, waiting } = await plan();
    expect([eligible_count, waiting]).toEqual([2, null]);
    expect(estimate).toMatchObject({
      count: 2,
      total_seconds: 4_740,
      duration_seconds: 4_740,
      max_concurrency: 1,
      cost_usd: expect.closeTo(4_740 * 0.00076),
      price: { gpu_type: 'A100', as_of: '2026-06-08' },
    });
    const [low, high] = estimate.total_range_seconds;
    expect([low, high]).toEqual([expect.closeTo(3_160), expect.closeTo(6_320)]);
    expect(Date.parse(estimate.last_end_at) - before).toBeGreaterThanOrEqual(4_740_000);
    expect(Date.parse(estimate.last_end_at) - before).toBeLessThan(4_800_000);
    const images = ['s3://bucket/a.png'];
    await call('POST', '/api/trainings', { kind: 'style', subject_id: 'other', images, trigger: 'x' });
    const behind = Date.parse((await plan()).estimate.last_end_at) - Date.parse(estimate.last_end_at);
    expect(behind).toBeGreaterThan(800_000);
    await call('PUT', '/api/budgets', { day_usd: 0.5 });
    expect(await plan()).toMatchObject({
      waiting: { code: 'budget', text: expect.stringMatching(/has a budget of \$0\.50/) },
    });
    await call('PUT', '/api/dispatch', { paused: true, reason: 'holiday' });
    expect(await plan()).toMatchObject({
      waiting: { code: 'paused', text: 'paused: holiday' },
      estimate: { last_end_at: null, count: 2 },
    });
    const run = (await call('POST', '/api/auto-train/runs', { limit: 1 })).json();
    expect(run).toMatchObject({
      waiting: { code: 'paused' },
      enqueued: [{ training: { waiting: { code: 'paused' } } }],
    });
  });

  it('asks for sample pictures with the trigger of each actor, and estimates their time', async () => {
    const { call, deps } = await openTestSystem();
    const pictures = { sample_prompts: ['portrait of {trigger}', '{trigger}, smiling {trigger}'] };
    const plain = (await call('POST', '/api/auto-train/runs', { dry_run: true })).json();
    const planned = (await call('POST', '/api/auto-train/runs', { dry_run: true, ...pictures })).json();
    expect(planned.estimate.total_seconds - plain.estimate.total_seconds).toBe(2 * 2 * 30);
    const run = (await call('POST', '/api/auto-train/runs', { all: true, ...pictures })).json();
    expect(run.order).toMatchObject(pictures);
    for (const { name, training } of run.enqueued)
      expect((await call('GET', `/api/trainings/${training.id}`)).json()).toMatchObject({
        validation: true,
        sample_prompts: [`portrait of ${name}`, `${name}, smiling ${name}`],
      });
    const [last] = (await deps.store.list({ limit: 1 })).items;
    expect(last?.request.expected).toMatchObject({ durationSeconds: 2_370 + 60 });
    const silent = await call('POST', '/api/auto-train/runs', {
      ...{ dry_run: true, validation: false, include_unreviewed: true },
      ...pictures,
    });
    expect(silent.statusCode).toBe(200);
    for (const prompt of ['a|b', '# comment', 'a --w 100', 'two\nlines'])
      expect(
        (await call('POST', '/api/auto-train/runs', { dry_run: true, sample_prompts: [prompt] })).json(),
      ).toMatchObject({ code: 'invalid_request', issues: [{ path: 'sample_prompts.0' }] });
  });

  it('continues after a crash during enqueueing without training an actor twice', async () => {
    const system = await openTestSystem();
    const { deps } = system;
    await expect(autoTrain(failAfter(deps, 1), { all: true })).rejects.toThrow('crashed');
    expect(await listTrainedActors(system)).toHaveLength(1);
    const [id = ''] = await deps.batches.listOpen();
    await advanceBatches(deps);
    expect((await deps.batches.load(id))?.batch.status).toBe('enqueuing');
    const later = withTime(deps, deps.clock.now() + 2 * MINUTE);
    await Promise.all([advanceBatches(later), advanceBatches(later)]);
    expect(await listTrainedActors(system)).toEqual(['0019', '0042']);
    expect((await deps.batches.load(id))?.batch).toMatchObject({ status: 'open', enqueuedCount: 2 });
  });

  it('continues beside an unreadable training, counts its actor as enqueued, and stays open while it lives', async () => {
    const { call, deps, redis } = await openTestSystem();
    await expect(autoTrain(failAfter(deps, 1), { all: true })).rejects.toThrow('crashed');
    const [bad] = (await deps.store.list({ limit: 1 })).items;
    const raw = new Redis(redis.url);
    onTestFinished(() => raw.quit().then(() => undefined));
    const key = `{trainyard}:training:${bad?.id}`;
    const written = (await raw.hget(key, 'doc')) ?? '';
    await raw.hset(key, 'doc', '{"layout":9}');
    const [id = ''] = await deps.batches.listOpen();
    await advanceBatches(withTime(deps, deps.clock.now() + 2 * MINUTE));
    const { batch, plan } = (await deps.batches.load(id)) ?? {};
    expect(batch).toMatchObject({ status: 'open', enqueuedCount: 2 });
    expect(plan?.chosen.map(({ trainingId }) => trainingId)).toContain(bad?.id);
    const { trainings } = (await call('GET', `/api/auto-train/runs/${id}`)).json();
    expect(trainings).toHaveLength(1);
    await cancelTraining(deps, trainings[0].id, 'an operator');
    await advanceBatches(deps);
    expect((await deps.batches.load(id))?.batch.status).toBe('open');
    await raw.hset(key, 'doc', written);
    await cancelTraining(deps, bad?.id ?? '', 'an operator');
    await raw.hset(key, 'doc', '{"layout":9}');
    await advanceBatches(deps);
    expect((await deps.batches.load(id))?.batch.status).toBe('ended');
  });

  it('trains no actor twice beside concurrent runs', async () => {
    const system = await openTestSystem();
    const runs = await Promise.all(
      [1, 2, 3].map(() => system.call('POST', '/api/auto-train/runs', { all: true })),
    );
    expect(await listTrainedActors(system)).toEqual(['0019', '0042']);
    const enqueued = runs.flatMap((each) => each.json().enqueued);
    expect(enqueued).toHaveLength(2);
  });

  it('is cancelled and reordered as a whole', async () => {
    const { call, deps } = await openTestSystem();
    const { id } = (await call('POST', '/api/auto-train/runs', { all: true })).json();
    const patched = (await call('PATCH', `/api/auto-train/runs/${id}`, { priority: 5 })).json();
    expect(patched.trainings.map((each: { priority: number }) => each.priority)).toEqual([5, 5]);
    const answer = await call('POST', `/api/auto-train/runs/${id}/cancel`, { by: 'an operator' });
    expect(answer.statusCode).toBe(202);
    expect(answer.json()).toMatchObject({
      done: true,
      cancel_requested: { by: 'an operator', keep_running: false },
      summary: { cancelled: 2 },
    });
    await advanceBatches(deps);
    expect(await deps.batches.listOpen()).toEqual([]);
    expect((await call('POST', '/api/auto-train/runs/unknown/cancel')).json().code).toBe('batch_not_found');
  });

  it('is recovered with its schedule after a total loss of Redis', async () => {
    const { call, deps, redis } = await openTestSystem();
    await call('PUT', '/api/auto-train/schedule', { cron: '0 22 * * *', tz: 'Europe/Berlin', limit: 5 });
    const { id } = (await call('POST', '/api/auto-train/runs', { all: true })).json();
    await Promise.all([backUpTrainings(deps), backUpBatches(deps), backUpSettings(deps)]);
    const client = new Redis(redis.url);
    await client.flushall();
    await client.quit();
    expect((await call('POST', '/api/auto-train/runs', { all: true })).json().code).toBe('recover_required');
    await recover(deps);
    expect((await call('GET', `/api/auto-train/runs/${id}`)).json()).toMatchObject({
      total: 2,
      considered: 4,
    });
    expect((await call('GET', '/api/auto-train/schedule')).json()).toMatchObject({
      schedule: { cron: '0 22 * * *', limit: 5 },
    });
  });
});

/** Handles a time in two processes at once, then cancels the queued trainings, so that every actor is eligible again. */
async function tickTwice(system: TestSystem, now: number): Promise<void> {
  const both = [withTime(system.deps, now), withTime(system.deps, now)];
  await Promise.all(both.map(handleTicks));
  for (const { id } of (await system.deps.store.list({ status: ['queued'], limit: 100 })).items)
    await cancelTraining(system.deps, id, 'test');
}

describe('the auto-train schedule', () => {
  it('is set, shown with its next ticks, and deleted; each invalid field is named', async () => {
    const { call } = await openTestSystem();
    const path = '/api/auto-train/schedule';
    expect((await call('GET', path)).json()).toEqual({ schedule: null, next_ticks: [], ticks: [] });
    const put = (await call('PUT', path, { cron: '30 2 * * *', tz: 'Europe/Berlin', budget_usd: 20 })).json();
    expect(put).toMatchObject({ schedule: { enabled: true, limit: null, budget_usd: 20 } });
    expect(put.next_ticks).toHaveLength(5);
    const refused = (await call('PUT', path, { cron: '61 2 * * *', tz: 'Europe/Atlantis' })).json();
    expect(refused.issues.map((each: { path: string }) => each.path)).toEqual(['cron', 'tz', 'limit']);
    expect((await call('PUT', path, { cron: '0 2 * * *', limit: 1, enabled: false })).json()).toMatchObject({
      schedule: { tz: 'UTC', enabled: false },
      next_ticks: [],
    });
    expect((await call('DELETE', path)).json()).toMatchObject({ schedule: null });
  });

  it('keeps the sample pictures and passes them to the trainings of each tick', async () => {
    const system = await openTestSystem();
    const plan = { include_unreviewed: true, validation: true, sample_prompts: ['{trigger} outdoors'] };
    const set = { cron: '0 * * * *', limit: 1, ...plan };
    const put = await system.call('PUT', '/api/auto-train/schedule', set);
    expect(put.json()).toMatchObject({ schedule: plan });
    expect((await system.call('GET', '/api/auto-train/schedule')).json()).toMatchObject({ schedule: plan });
    await backUpSettings(system.deps);
    await handleTicks(withTime(system.deps, system.deps.clock.now() + 2 * HOUR));
    const [training] = (await system.deps.store.list({ limit: 9 })).items;
    expect(training?.request).toMatchObject({
      validation: true,
      samplePrompts: [`${training?.request.trigger} outdoors`],
    });
    const { runs } = (await system.call('GET', '/api/auto-train/runs')).json();
    expect(runs).toMatchObject([{ order: { limit: 1, ...plan } }]);
  });

  it('needs a limit or a budget, and names cron faults in words', async () => {
    const { call } = await openTestSystem();
    const put = async (body: object) => (await call('PUT', '/api/auto-train/schedule', body)).json();
    expect((await put({ cron: '0 2 * * *' })).issues).toMatchObject([
      { path: 'limit', message: 'give limit, budget_usd or both' },
    ]);
    expect((await put({ cron: '0 25 * * *', limit: 1 })).issues).toMatchObject([
      { path: 'cron', message: 'hour is 25; it must be 0–23' },
    ]);
  });

  it.each([
    ['spring', '2026-03-27T12:00:00Z', '2026-03-31T12:00:00Z'],
    ['autumn', '2026-10-23T12:00:00Z', '2026-10-27T12:00:00Z'],
  ])('runs once a day across the DST change in %s with two processes', async (_, from, until) => {
    const system = await openTestSystem();
    const start = Date.parse(from);
    await setSchedule(withTime(system.deps, start), {
      cron: '30 2 * * *',
      tz: 'Europe/Berlin',
      enabled: true,
      limit: 9,
    });
    for (let now = start; now <= Date.parse(until); now += 30 * MINUTE) await tickTwice(system, now);
    const { ticks } = await system.deps.batches.getSchedule();
    expect(ticks.map(({ outcome }) => outcome)).toEqual(['ran', 'ran', 'ran', 'ran']);
    expect(await listTrainedActors(system)).toEqual([...Array(4).fill('0019'), ...Array(4).fill('0042')]);
  });

  it('skips a tick while the previous run is open, runs a late tick once, and records older ticks as missed', async () => {
    const system = await openTestSystem();
    const start = Date.parse('2026-06-01T00:30:00Z');
    await setSchedule(withTime(system.deps, start), {
      cron: '0 * * * *',
      tz: 'UTC',
      enabled: true,
      limit: 1,
    });
    await handleTicks(withTime(system.deps, start + HOUR));
    await handleTicks(withTime(system.deps, start + 2 * HOUR));
    const outcomes = async () =>
      (await system.deps.batches.getSchedule()).ticks.map(({ outcome }) => outcome);
    expect(await outcomes()).toEqual(['overlap', 'ran']);
    await tickTwice(system, start + 2 * HOUR);
    await handleTicks(withTime(system.deps, start + 5 * HOUR));
    expect(await outcomes()).toEqual(['ran', 'missed', 'missed', 'overlap', 'ran']);
    await setSchedule(withTime(system.deps, start + 6 * HOUR), {
      cron: '0 9 * * *',
      tz: 'UTC',
      enabled: true,
      limit: 1,
    });
    await tickTwice(system, start + 6 * HOUR);
    await handleTicks(withTime(system.deps, Date.parse('2026-06-01T15:00:00Z')));
    expect((await outcomes())[0]).toBe('missed');
    expect(await listTrainedActors(system)).toEqual(['0019', '0019']);
  });
});
