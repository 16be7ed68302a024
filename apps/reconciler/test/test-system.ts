import type { SimulatorOptions } from '@trainyard/runpod-simulator';
import { openSimulatedTestSystem, type SimulatedTestSystem } from '@trainyard/testing/system';

/** A system with a dispatcher and a reconciler, without an API: runs are polled and no webhook arrives. */
export type TestSystem = SimulatedTestSystem;

/** Opens a system whose clock starts at 2026-01-01 and runs 60 times faster than real time. */
export function openTestSystem(
  simulator: Partial<SimulatorOptions> = {},
  env: Readonly<Record<string, string>> = {},
): Promise<TestSystem> {
  return openSimulatedTestSystem({
    workers: ['reconciler', 'dispatcher'],
    simulator,
    env: { TIME_ANCHOR_MS: String(Date.UTC(2026, 0, 1)), ...env },
  });
}
