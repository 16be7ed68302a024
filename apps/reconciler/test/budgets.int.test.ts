import {
  changeBudgets,
  changeTrainingBudget,
  estimateTraining,
  getBudgetStatus,
  getWaitingReason,
  recover,
  releaseHold,
} from '@trainyard/application';
import { Redis } from 'ioredis';
import { afterEach, expect, it } from 'vitest';
import { openTestSystem, type TestSystem } from './test-system.ts';

let system: TestSystem;
afterEach(async () => {
  expect(system.simulator.history.doubleAcceptances()).toEqual([]);
  await system.close();
});

async function load(id: string) {
  return (await system.deps.store.load(id))!;
}

it('a used-up month keeps trainings in the line with its reason, and lets them go once it is raised', async () => {
  system = await openTestSystem({}, { GPU_TYPE: 'A100', BUDGET_MONTH_USD: '3' });
  const first = await system.accept();
  const expectedUsd = first.request.expected!.costUsd!;
  const done = await system.waitForStatus(first, 'completed');
  const [bill] = done.runCosts!;
  expect(bill).toMatchObject({ attempt: 1, basis: 'execution_time' });
  expect(bill!.usd).toBeCloseTo(Math.ceil(bill!.executionMs! / 1000) * 0.00076);
  expect(await system.deps.manifests.listVersions(first.request.subject)).toMatchObject([
    { cost: bill!.usd },
  ]);

  await changeBudgets(system.deps, { monthUsd: bill!.usd! + expectedUsd / 10 });
  const waiting = await system.accept();
  await expect
    .poll(() => getWaitingReason(system.deps), { timeout: 20_000 })
    .toMatch(/^budget: the month .*the next training needs/);
  expect(await load(waiting.id)).toMatchObject({ status: 'queued', attemptsStarted: 0 });
  const { accounts, stop } = await getBudgetStatus(system.deps);
  expect(accounts.month.spentUsd).toBeCloseTo(bill!.usd!, 5);
  expect(new Date(stop!.opensAt!).toISOString()).toMatch(/-01T00:00:00.000Z$/);

  await changeBudgets(system.deps, { monthUsd: 3 });
  await system.waitForStatus(waiting, 'completed');
  expect(await getWaitingReason(system.deps)).toBeUndefined();
});

it('what a batch cannot pay waits for a person, what was learned counts, and a loss of Redis loses neither', async () => {
  system = await openTestSystem({ pace: { durationMs: 600_000 } }, { GPU_TYPE: 'A100' });
  const batch = { batchId: 'b1', batchBudgetUsd: 3, onBudget: 'hold' } as const;
  const paid = await system.accept(batch);
  const held = await system.accept(batch);
  expect(held).toMatchObject({
    status: 'queued',
    hold: { of: 'batch', reason: expect.stringMatching(/^budget/) },
  });
  const refused = system.accept({ ...batch, onBudget: 'reject' });
  await expect(refused).rejects.toMatchObject({ code: 'budget_exceeded' });
  await system.waitForStatus(paid, 'completed');
  const { hyperparameters } = paid.request;
  const forecastNow = () => estimateTraining(system.deps, hyperparameters);
  await expect.poll(forecastNow).toMatchObject({ samples: 1, pool: 'A100' });
  const learned = await forecastNow();
  expect(learned.durationSeconds).toBeLessThan(paid.request.expected!.durationSeconds);
  expect(await load(held.id)).toMatchObject({ status: 'queued', hold: { of: 'batch' } });

  const before = await getBudgetStatus(system.deps);
  const journal = async (id: string) => {
    const object = await system.deps.objects.get(`trainings/${id}.json`);
    return object ? JSON.parse(new TextDecoder().decode(object.body)).status : undefined;
  };
  await expect.poll(() => journal(paid.id), { timeout: 20_000 }).toBe('completed');
  await expect.poll(() => journal(held.id)).toBe('queued');
  const raw = new Redis(system.redis.url);
  await raw.flushall();
  await raw.quit();
  await recover(system.deps);
  const after = await getBudgetStatus(system.deps);
  expect(after.accounts.month.spentUsd).toBeCloseTo(before.accounts.month.spentUsd, 6);
  expect(after.batchBudgets).toEqual(before.batchBudgets);
  await expect.poll(forecastNow).toMatchObject({ samples: 1 });

  await releaseHold(system.deps, await load(held.id), 'ana');
  await system.waitForStatus(held, 'completed');
});

it('another attempt that its own budget cannot pay is held, and goes on once the budget was raised', async () => {
  system = await openTestSystem({ pace: { durationMs: 1_200_000 } }, { GPU_TYPE: 'A100' });
  system.simulator.faults.push({ kind: 'error', message: 'worker exited with exit code 1' });
  const training = await system.accept({ budgetUsd: 2, onBudget: 'reject' });
  const held = async () => {
    const now = await load(training.id);
    return now.status === 'queued' ? now.hold?.of : now.status;
  };
  await expect.poll(held, { timeout: 60_000 }).toBe('training');
  const waiting = await load(training.id);
  expect(waiting).toMatchObject({ attemptsSpent: 1, runCosts: [{ basis: 'execution_time' }] });
  await expect.poll(() => system.deps.queue.withLiveJob([training.id])).toEqual(new Set());
  const raise = (budgetUsd: number) => changeTrainingBudget(system.deps, waiting, { budgetUsd, by: 'ana' });
  await expect(raise(2)).rejects.toMatchObject({ code: 'budget_exceeded' });
  await raise(20);
  const done = await system.waitForStatus(training, 'completed');
  expect(done).toMatchObject({ attemptsStarted: 2, runCosts: [{ attempt: 1 }, { attempt: 2 }] });
});
