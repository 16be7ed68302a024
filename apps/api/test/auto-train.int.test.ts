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
import { describe, expect, it } from 'vitest';
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
    expect((await call('POST', '/api/auto-train/runs', { policy: 'best' })).json()).toMatchObject({
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
    expect((await call('GET', '/api/auto-train/runs')).json().runs).toEqual([]);
  });

  it('continues after a crash during enqueueing without training an actor twice', async () => {
    const system = await openTestSystem();
    const { deps } = system;
    await expect(autoTrain(failAfter(deps, 1), {})).rejects.toThrow('crashed');
    expect(await listTrainedActors(system)).toHaveLength(1);
    const [id = ''] = await deps.batches.listOpen();
    await advanceBatches(deps);
    expect((await deps.batches.load(id))?.batch.status).toBe('enqueuing');
    const later = withTime(deps, deps.clock.now() + 2 * MINUTE);
    await Promise.all([advanceBatches(later), advanceBatches(later)]);
    expect(await listTrainedActors(system)).toEqual(['0019', '0042']);
    expect((await deps.batches.load(id))?.batch).toMatchObject({ status: 'open', enqueuedCount: 2 });
  });

  it('trains no actor twice beside concurrent runs', async () => {
    const system = await openTestSystem();
    const runs = await Promise.all([1, 2, 3].map(() => system.call('POST', '/api/auto-train/runs')));
    expect(await listTrainedActors(system)).toEqual(['0019', '0042']);
    const enqueued = runs.flatMap((each) => each.json().enqueued);
    expect(enqueued).toHaveLength(2);
  });

  it('is cancelled and reordered as a whole', async () => {
    const { call, deps } = await openTestSystem();
    const { id } = (await call('POST', '/api/auto-train/runs')).json();
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
    const { id } = (await call('POST', '/api/auto-train/runs')).json();
    await Promise.all([backUpTrainings(deps), backUpBatches(deps), backUpSettings(deps)]);
    const client = new Redis(redis.url);
    await client.flushall();
    await client.quit();
    expect((await call('POST', '/api/auto-train/runs')).json().code).toBe('recover_required');
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
