import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { openTestSystem, type TestSystem } from './test-system.ts';

let system: TestSystem;
beforeEach(async () => {
  // 4 min per run (4 s of real time): the run is alive when its submission is checked, also on a slow machine.
  system = await openTestSystem({ pace: { durationMs: 240_000 } });
});
afterEach(async () => {
  expect(system.simulator.history.doubleAcceptances()).toEqual([]);
  await system.close();
});

function countAccepted() {
  return system.simulator.history.jobs().length;
}

describe('an unclear submission whose run was alive', () => {
  it('is not sent again when that run ends without an output', async () => {
    system.simulator.faults.push({ kind: 'drop', op: 'run', after_accepting: true });
    system.simulator.faults.push({
      kind: 'error',
      at_fraction: 0.9,
      message: 'worker exited with exit code 1',
    });
    expect(await system.waitForStatus(await system.accept(), 'failed')).toMatchObject({
      failure: { code: 'lost' },
      attemptsSpent: 1,
    });
    expect(countAccepted()).toBe(1);
  });
});
