import { afterEach, describe, expect, it } from 'vitest';
import { openTestSystem, type TestSystem } from './test-system.ts';

let system: TestSystem;
afterEach(async () => {
  expect(system.simulator.history.doubleAcceptances()).toEqual([]);
  expect(system.simulator.history.maxLive()).toBeLessThanOrEqual(2);
  await system.close();
});

async function gate() {
  return (await system.deps.store.getControl()).gate;
}

describe('the gate', () => {
  it('closes after three runs in a row with the same endpoint fault, and opens by a probe run', async () => {
    system = await openTestSystem({}, { TIME_FACTOR: '300' });
    system.simulator.faults.push({ kind: 'error', times: 3, message: 'worker exited with exit code 1' });
    await system.deps.store.setControl({ maxConcurrency: 1 });
    const first = await system.accept({ maxAttempts: 2 });
    const second = await system.accept({ maxAttempts: 2 });
    await system.waitForStatus(first, 'failed');
    await expect
      .poll(gate, { timeout: 30_000 })
      .toMatchObject({ reopensWhen: 'probe_run', reason: expect.stringContaining('3 runs') });
    expect(await system.waitForStatus(second, 'completed')).toMatchObject({ attemptsStarted: 2 });
    expect(await gate()).toBeUndefined();
  });
});
