import {
  changeBudgets,
  changeTrainingBudget,
  estimateTraining,
  recover,
  releaseHold,
  getBudgetStatus,
  getWaitingReason,
} from '@trainyard/application';
import { Redis } from 'ioredis';
import { afterEach, expect, it } from 'vitest';
import { openYard, type Yard } from './yard.ts';

let yard: Yard;
afterEach(async () => {
  expect(yard.standIn.history.doubleAcceptances()).toEqual([]);
  await yard.close();
});

const load = async (id: string) => (await yard.deps.store.load(id))!;

it('a used-up month keeps trainings in the line with its reason, and lets them go once it is raised', async () => {
  yard = await openYard({}, { GPU_TYPE: 'A100', BUDGET_MONTH_USD: '3' });
  const first = await yard.train();
  const expectedUsd = first.request.expected!.costUsd!;
  const done = await yard.until(first, 'completed');
  const [bill] = done.runCosts!;
  expect(bill).toMatchObject({ attempt: 1, basis: 'execution_time' });
  expect(bill!.usd).toBeCloseTo(Math.ceil(bill!.executionMs! / 1000) * 0.00076);
  expect(await yard.deps.manifests.listVersions(first.request.subject)).toMatchObject([{ cost: bill!.usd }]);

  await changeBudgets(yard.deps, { monthUsd: bill!.usd! + expectedUsd / 10 });
  const waiting = await yard.train();
  await expect
    .poll(() => getWaitingReason(yard.deps), { timeout: 20_000 })
    .toMatch(/^budget: the month .*the next training needs/);
  expect(await load(waiting.id)).toMatchObject({ status: 'queued', attemptsStarted: 0 });
  const { accounts, stop } = await getBudgetStatus(yard.deps);
  expect(accounts.month.spentUsd).toBeCloseTo(bill!.usd!, 5);
  expect(new Date(stop!.opensAt!).toISOString()).toMatch(/-01T00:00:00.000Z$/);

  await changeBudgets(yard.deps, { monthUsd: 3 });
  await yard.until(waiting, 'completed');
  expect(await getWaitingReason(yard.deps)).toBeUndefined();
});

it('what a batch cannot pay waits for a person, what was learned counts, and a loss of Redis loses neither', async () => {
  yard = await openYard({ pace: { durationMs: 600_000 } }, { GPU_TYPE: 'A100' });
  const batch = { batchId: 'b1', batchBudgetUsd: 3, onBudget: 'hold' } as const;
  const paid = await yard.train(batch);
  const held = await yard.train(batch);
  expect(held).toMatchObject({
    status: 'queued',
    hold: { of: 'batch', reason: expect.stringMatching(/^budget/) },
  });
  const refused = yard.train({ ...batch, onBudget: 'reject' });
  await expect(refused).rejects.toMatchObject({ code: 'budget_exceeded' });
  await yard.until(paid, 'completed');
  const { hyperparameters } = paid.request;
  const forecastNow = () => estimateTraining(yard.deps, hyperparameters);
  await expect.poll(forecastNow).toMatchObject({ samples: 1, pool: 'A100' });
  const learned = await forecastNow();
  expect(learned.durationSeconds).toBeLessThan(paid.request.expected!.durationSeconds);
  expect(await load(held.id)).toMatchObject({ status: 'queued', hold: { of: 'batch' } });

  const before = await getBudgetStatus(yard.deps);
  const journal = async (id: string) => {
    const object = await yard.deps.objects.get(`trainings/${id}.json`);
    return object ? JSON.parse(new TextDecoder().decode(object.body)).status : undefined;
  };
  await expect.poll(() => journal(paid.id), { timeout: 20_000 }).toBe('completed');
  await expect.poll(() => journal(held.id)).toBe('queued');
  const raw = new Redis(yard.redisUrl);
  await raw.flushall();
  await raw.quit();
  await recover(yard.deps);
  const after = await getBudgetStatus(yard.deps);
  expect(after.accounts.month.spentUsd).toBeCloseTo(before.accounts.month.spentUsd, 6);
  expect(after.batchBudgets).toEqual(before.batchBudgets);
  await expect.poll(forecastNow).toMatchObject({ samples: 1 });

  await releaseHold(yard.deps, await load(held.id), 'ana');
  await yard.until(held, 'completed');
});

it('another attempt that its own budget cannot pay is held, and goes on once the budget was raised', async () => {
  yard = await openYard({ pace: { durationMs: 1_200_000 } }, { GPU_TYPE: 'A100' });
  yard.standIn.faults.push({ kind: 'error', message: 'worker exited with exit code 1' });
  const training = await yard.train({ budgetUsd: 2, onBudget: 'reject' });
  const held = async () => {
    const now = await load(training.id);
    return now.status === 'queued' ? now.hold?.of : now.status;
  };
  await expect.poll(held, { timeout: 60_000 }).toBe('training');
  const waiting = await load(training.id);
  expect(waiting).toMatchObject({ attemptsSpent: 1, bills: [{ basis: 'execution_time' }] });
  await expect.poll(() => yard.deps.queue.withLiveJob([training.id])).toEqual(new Set());
  const raise = (budgetUsd: number) => changeTrainingBudget(yard.deps, waiting, { budgetUsd, by: 'ana' });
  await expect(raise(2)).rejects.toMatchObject({ code: 'budget_exceeded' });
  await raise(20);
  const done = await yard.until(training, 'completed');
  expect(done).toMatchObject({ attemptsStarted: 2, bills: [{ attempt: 1 }, { attempt: 2 }] });
});
