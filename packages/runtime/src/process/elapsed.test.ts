import { expect, it } from 'vitest';
import { createElapsedClock } from './elapsed.ts';

function machine() {
  let monotonicMs = 5_000;
  let uptimeSeconds = 90_000;
  const elapsed = createElapsedClock({
    monotonic: () => monotonicMs,
    uptime: () => Math.floor(uptimeSeconds),
  });
  return {
    elapsed,
    wake: (ms: number) => {
      monotonicMs += ms;
      uptimeSeconds += ms / 1_000;
    },
    sleep: (ms: number) => {
      uptimeSeconds += ms / 1_000;
    },
  };
}

it('runs as evenly as the monotonic clock while the machine is awake', () => {
  const { elapsed, wake } = machine();
  const before = elapsed();
  for (let n = 0; n < 50; n += 1) wake(330);
  expect(elapsed() - before).toBe(50 * 330);
});

it('counts what the machine slept, to a second or two, and never runs back', () => {
  const { elapsed, wake, sleep } = machine();
  const before = elapsed();
  sleep(9 * 3_600_000);
  wake(150);
  const after = elapsed();
  expect(Math.abs(after - before - 9 * 3_600_000)).toBeLessThanOrEqual(2_000);
  wake(1_000);
  expect(elapsed()).toBeGreaterThan(after);
});
