import { DEFAULT_ESTIMATE_BASIS, type Failure } from '@trainyard/domain';
import { describe, expect, it } from 'vitest';
import { createMemorySystem } from '../../test/memory-system.ts';
import { estimateTraining, getDispatchStop } from '../index.ts';
import { changeBudgets, getBudgetStatus } from './budgets.ts';
import { changeTrainingBudget, releaseHold } from './release.ts';

const CRASH: Failure = { class: 'provider', code: 'worker_crash', message: 'worker exited with exit code 1' };
/** The price of an A100: 0.00076 USD per second. */
const settings = {
  estimate: { ...DEFAULT_ESTIMATE_BASIS, usdPerSecond: 0.00076 },
  gpuType: 'A100',
  price: { gpuType: 'A100', asOf: '2026-01-01' },
};

describe('an exhausted month budget', () => {
  it('keeps trainings queued with a reason, and releases them once it is raised', async () => {
    const system = await createMemorySystem({ settings });
    await changeBudgets(system.deps, { monthUsd: 3 });
    const first = await system.accept();
    const expectedUsd = first.request.expected?.costUsd ?? 0;
    const completed = await system.waitForStatus(first, 'completed');
    const [cost] = completed.runCosts ?? [];
    expect(cost).toMatchObject({ attempt: 1, basis: 'execution_time' });
    const spentUsd = cost?.usd ?? 0;
    expect(spentUsd).toBeCloseTo(600 * 0.00076);
    expect(await system.deps.manifests.listVersions(first.request.subject)).toMatchObject([
      { cost: spentUsd },
    ]);

    await changeBudgets(system.deps, { monthUsd: spentUsd + expectedUsd / 10 });
    await expect(system.accept({ onBudget: 'reject' })).rejects.toMatchObject({
      code: 'budget_exceeded',
      shortage: { of: 'month' },
    });
    const queued = await system.accept();
    expect(await system.waitFor(() => getDispatchStop(system.deps))).toMatchObject({
      code: 'budget',
      text: expect.stringMatching(/^budget: the month .*the next training needs/),
    });
    expect(await system.load(queued)).toMatchObject({ status: 'queued', attemptsStarted: 0 });
    const { accounts, stop } = await getBudgetStatus(system.deps);
    expect(accounts.month.spentUsd).toBeCloseTo(spentUsd, 5);
    expect(new Date(stop?.opensAt ?? 0).toISOString()).toMatch(/-01T00:00:00.000Z$/);

    await changeBudgets(system.deps, { monthUsd: 3 });
    await system.waitForStatus(queued, 'completed');
    expect(await getDispatchStop(system.deps)).toBeUndefined();
  });
});

describe('a training that its batch budget cannot pay for', () => {
  it('is held until an operator releases it, and the pace of finished runs lowers the estimate', async () => {
    const system = await createMemorySystem({ settings });
    const batch = { batchId: 'b1', batchBudgetUsd: 3, onBudget: 'hold' } as const;
    const paid = await system.accept(batch);
    const held = await system.accept(batch);
    expect(held).toMatchObject({
      status: 'queued',
      hold: { of: 'batch', reason: expect.stringMatching(/^budget/) },
    });
    await expect(system.accept({ ...batch, onBudget: 'reject' })).rejects.toMatchObject({
      code: 'budget_exceeded',
    });
    await system.waitForStatus(paid, 'completed');
    const estimate = await estimateTraining(system.deps, paid.request);
    expect(estimate).toMatchObject({ samples: 1, pool: 'A100' });
    expect(estimate.durationSeconds).toBeLessThan(paid.request.expected?.durationSeconds ?? 0);
    expect(await system.load(held)).toMatchObject({ status: 'queued', hold: { of: 'batch' } });
    await releaseHold(system.deps, held, 'ana');
    await system.waitForStatus(held, 'completed');
  });
});

describe('a second attempt that the training budget cannot pay for', () => {
  it('is held without a job, and continues once the budget is raised', async () => {
    const system = await createMemorySystem({ settings, durationMs: 20 * 60_000 });
    system.provider.plans.push({ failure: CRASH });
    const training = await system.accept({ budgetUsd: 2, onBudget: 'reject' });
    const held = await system.waitFor(async () => {
      const now = await system.load(training);
      return now.status === 'queued' && now.hold?.of === 'training' && now;
    });
    expect(held).toMatchObject({ attemptsSpent: 1, runCosts: [{ basis: 'execution_time' }] });
    expect(await system.deps.queue.withLiveJob([training.id])).toEqual(new Set());
    const raise = (budgetUsd: number) => changeTrainingBudget(system.deps, held, { budgetUsd, by: 'ana' });
    await expect(raise(2)).rejects.toMatchObject({ code: 'budget_exceeded' });
    await raise(20);
    const completed = await system.waitForStatus(training, 'completed');
    expect(completed).toMatchObject({ attemptsStarted: 2, runCosts: [{ attempt: 1 }, { attempt: 2 }] });
  });
});
