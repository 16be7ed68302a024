import { listActiveAlarms } from '@trainyard/application';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { openTestSystem, type TestSystem } from './test-system.ts';

let system: TestSystem;
beforeEach(async () => {
  // A single worker and long runs: the unknown run stays in the queue behind the known run.
  system = await openTestSystem({ pace: { durationMs: 3_600_000 }, workers: 1 });
});
afterEach(() => system.close());

function alarms() {
  return listActiveAlarms(system.deps);
}

it('an unknown run at the endpoint raises the alarm, is not cancelled, and clears the alarm by its end', async () => {
  const { provider, settings } = system.deps;
  await system.waitForStatus(await system.accept(), 'running');
  const unknown = await provider.submit({
    endpointId: settings.endpointId,
    input: {},
    executionTimeoutMs: 3_600_000,
    ttlMs: 24 * 3_600_000,
  });
  if (unknown.kind !== 'accepted') throw new Error(`the simulator answered ${unknown.kind}`);
  await expect
    .poll(alarms, { timeout: 30_000 })
    .toMatchObject([{ code: 'endpoint_runs_unknown', detail: { unknown: 1, on_endpoint: 2, known: 1 } }]);
  expect((await provider.observe(settings.endpointId, unknown.runId)).kind).toBe('live');
  await provider.cancel(settings.endpointId, unknown.runId);
  await expect.poll(alarms, { timeout: 30_000 }).toEqual([]);
});
