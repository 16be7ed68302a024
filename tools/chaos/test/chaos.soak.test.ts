import { it } from 'vitest';
import { runChaosSeeds } from './chaos-seeds.ts';

it('breaks no invariant in fifteen seeds of concurrent faults', { timeout: 1_800_000 }, () =>
  runChaosSeeds(15, { minKinds: 25 }),
);
