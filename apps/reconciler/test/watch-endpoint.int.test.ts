import { listActiveAlarms } from '@trainyard/application';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { openTestSystem, type TestSystem } from './test-system.ts';

let system: TestSystem;
beforeEach(async () => {
  // One worker, so that the run of a stranger waits behind ours for longer than all that is tried.
  system = await openTestSystem({ pace: { durationMs: 3_600_000 }, workers: 1 });
});
afterEach(() => system.close());

function alarms() {
  return listActiveAlarms(system.deps);
}

it('a run that nobody here has sent raises the alarm, is left alone, and ends it by ending', async () => {
  const { provider, settings } = system.deps;
  await system.waitForStatus(await system.accept(), 'running');
  const stranger = await provider.submit({
    endpointId: settings.endpointId,
    input: {},
    executionTimeoutMs: 3_600_000,
    ttlMs: 24 * 3_600_000,
  });
  if (stranger.kind !== 'accepted') throw new Error(`the simulator said ${stranger.kind}`);
  await expect
    .poll(alarms, { timeout: 30_000 })
    .toMatchObject([{ code: 'endpoint_runs_unknown', detail: { unknown: 1, on_endpoint: 2, known: 1 } }]);
  expect((await provider.observe(settings.endpointId, stranger.runId)).kind).toBe('live');
  await provider.cancel(settings.endpointId, stranger.runId);
  await expect.poll(alarms, { timeout: 30_000 }).toEqual([]);
});
