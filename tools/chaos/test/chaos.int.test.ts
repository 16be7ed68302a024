import { it } from 'vitest';
import { runChaosSeeds } from './chaos-seeds.ts';

it('breaks no invariant in three seeds of concurrent faults', { timeout: 600_000 }, () =>
  runChaosSeeds(3, { minKinds: 15 }),
);
