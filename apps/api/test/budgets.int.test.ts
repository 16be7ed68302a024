import { describe, expect, it } from 'vitest';
import { openTestSystem } from './test-system.ts';

const BODY = { kind: 'actor', subject_id: '0019' } as const;
const priced = { env: { GPU_TYPE: 'A100', BUDGET_MONTH_USD: '100' } };

describe('a budget without a known price', () => {
  it('is refused by every route', async () => {
    const { call } = await openTestSystem();
    for (const answer of [
      await call('POST', '/api/trainings', { ...BODY, budget_usd: 5 }),
      await call('PUT', '/api/budgets', { day_usd: 5 }),
      await call('POST', '/api/auto-train/runs', { budget_usd: 5 }),
    ])
      expect([answer.statusCode, answer.json().code]).toEqual([422, 'price_unknown']);
  });
});

describe('the budget of a training', () => {
  it('rejects or holds a training whose estimate exceeds it, and releases the training when it is raised', async () => {
    const { call, deps } = await openTestSystem(priced);
    const preview = (await call('POST', '/api/trainings/preview', BODY)).json();
    expect(preview.estimate).toMatchObject({
      samples: 0,
      price: { gpu_type: 'A100', usd_per_second: 0.00076, as_of: '2026-06-08' },
    });
    const refused = await call('POST', '/api/trainings', { ...BODY, budget_usd: 0.01, on_budget: 'reject' });
    expect([refused.statusCode, refused.json().code]).toEqual([422, 'budget_exceeded']);

    const key = { 'idempotency-key': 'once' };
    const body = { ...BODY, budget_usd: 0.01 };
    const held = (await call('POST', '/api/trainings', body, key)).json();
    expect(held).toMatchObject({
      status: 'queued',
      budget_usd: 0.01,
      reserved_usd: null,
      expected_usd: preview.estimate.cost_usd,
      hold: { of: 'training' },
      reason: expect.stringMatching(/^budget/),
    });
    expect((await call('POST', '/api/trainings', body, key)).json()).toEqual(held);
    expect(await deps.queue.withLiveJob([held.id])).toEqual(new Set());

    const path = `/api/trainings/${held.id}`;
    expect((await call('PATCH', path, { budget_usd: 0.02 })).json().code).toBe('budget_exceeded');
    const raised = (await call('PATCH', path, { budget_usd: 5 })).json();
    expect(raised).toMatchObject({ budget_usd: 5, hold: null, reserved_usd: preview.estimate.cost_usd });
    expect(await deps.queue.withLiveJob([held.id])).toEqual(new Set([held.id]));
    expect((await call('POST', `${path}/release`)).statusCode).toBe(409);
  });
});

describe('an accepted training', () => {
  it('reports at once the pause, the closed gate or the used-up budget that it waits for', async () => {
    const { call, deps } = await openTestSystem(priced);
    const enqueue = async () =>
      (await call('POST', '/api/trainings', { ...BODY, force: true })).json().waiting;
    expect(await enqueue()).toMatchObject({ code: 'slot', until: null });
    await call('PUT', '/api/budgets', { day_usd: 0.5 });
    expect(await enqueue()).toMatchObject({
      code: 'budget',
      text: expect.stringMatching(
        /^budget: the day .* has a budget of \$0\.50.*the next training needs \$\d/,
      ),
      until: expect.stringMatching(/T00:00:00/),
    });
    const gate = { reason: 'RunPod refuses the key (401)', since: deps.clock.now() };
    await deps.store.setControl({ gate: { ...gate, reopensWhen: 'health_answer' } });
    expect(await enqueue()).toMatchObject({ code: 'gate', text: 'RunPod refuses the key (401)' });
    await call('PUT', '/api/dispatch', { paused: true, reason: 'holiday' });
    expect(await enqueue()).toMatchObject({ code: 'paused', text: 'paused: holiday' });
    const { id } = (await call('POST', '/api/trainings', { ...BODY, force: true })).json();
    await call('POST', `/api/trainings/${id}/cancel`);
    expect((await call('POST', `/api/trainings/${id}/retry`, { force: true })).json()).toMatchObject({
      waiting: { code: 'paused' },
    });
  });

  it('is rejected on request if the day or the month has too little left', async () => {
    const { call } = await openTestSystem(priced);
    const reject = async () =>
      (await call('POST', '/api/trainings', { ...BODY, on_budget: 'reject' })).json();
    await call('PUT', '/api/budgets', { day_usd: 0.5, month_usd: null });
    expect(await reject()).toMatchObject({
      status: 422,
      code: 'budget_exceeded',
      detail: expect.stringMatching(/the budget of the day has \$0\.50 left/),
    });
    await call('PUT', '/api/budgets', { day_usd: null, month_usd: 0.25 });
    expect(await reject()).toMatchObject({
      code: 'budget_exceeded',
      detail: expect.stringMatching(/the budget of the month has \$0\.25 left/),
    });
  });
});

describe('the budgets', () => {
  it('are shown with spent and left amounts, and changed, batch budgets included', async () => {
    const { call } = await openTestSystem(priced);
    expect((await call('GET', '/api/budgets')).json()).toMatchObject({
      time_zone: 'UTC',
      committed_usd: 0,
      day: { budget_usd: null, spent_usd: 0, left_usd: null },
      month: { budget_usd: 100, left_usd: 100 },
      batches: [],
      stop: null,
    });
    const changed = await call('PUT', '/api/budgets', { day_usd: 7.5, month_usd: null });
    expect(changed.json()).toMatchObject({ day: { budget_usd: 7.5 }, month: { budget_usd: null } });
    expect((await call('PUT', '/api/budgets', {})).statusCode).toBe(422);
    expect((await call('PUT', '/api/budgets', { day_usd: -1 })).statusCode).toBe(422);

    const run = (await call('POST', '/api/auto-train/runs', { budget_usd: 0.01 })).json();
    expect(run.enqueued).toEqual([]);
    expect(
      run.skipped.some(({ reasons }: { reasons: { code: string }[] }) => reasons[0]!.code === 'budget'),
    ).toBe(true);
    const changedBatch = await call('PUT', `/api/budgets/batches/${run.id}`, { budget_usd: 3 });
    expect(changedBatch.json()).toMatchObject({
      released: [],
      budgets: { batches: [{ batch_id: run.id, budget_usd: 3, used_usd: 0, left_usd: 3 }] },
    });
  });
});
