import { estimateTraining, getBudgetStatus, recover, releaseHold } from '@trainyard/application';
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

it('a training that its batch budget cannot pay for is held for an operator, and costs and pace survive a loss of Redis', async () => {
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
  const estimateNow = () => estimateTraining(system.deps, paid.request);
  await expect.poll(estimateNow).toMatchObject({ samples: 1, pool: 'A100' });
  const estimate = await estimateNow();
  expect(estimate.durationSeconds).toBeLessThan(paid.request.expected!.durationSeconds);
  expect(await load(held.id)).toMatchObject({ status: 'queued', hold: { of: 'batch' } });

  const before = await getBudgetStatus(system.deps);
  const readBackupStatus = async (id: string) => {
    const object = await system.deps.objects.get(`trainings/${id}.json`);
    return object ? JSON.parse(new TextDecoder().decode(object.body)).status : undefined;
  };
  await expect.poll(() => readBackupStatus(paid.id), { timeout: 20_000 }).toBe('completed');
  await expect.poll(() => readBackupStatus(held.id)).toBe('queued');
  const raw = new Redis(system.redis.url);
  await raw.flushall();
  await raw.quit();
  await recover(system.deps);
  const after = await getBudgetStatus(system.deps);
  expect(after.accounts.month.spentUsd).toBeCloseTo(before.accounts.month.spentUsd, 6);
  expect(after.batchBudgets).toEqual(before.batchBudgets);
  await expect.poll(estimateNow).toMatchObject({ samples: 1 });

  await releaseHold(system.deps, await load(held.id), 'ana');
  await system.waitForStatus(held, 'completed');
});
