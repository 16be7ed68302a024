import { expect } from 'vitest';
import { runCampaign, TIME_FACTOR, tallySummaries, toSeedRange } from '../src/index.ts';

/**
 * Plays the seeds from 1 to `count`, two at a time. Expects no violation, and that more than `minKinds` kinds of faults
 * took effect.
 */
export async function runChaosSeeds(
  count: number,
  { minKinds }: { readonly minKinds: number },
): Promise<void> {
  const output: string[] = [];
  const results = await runCampaign({
    seeds: toSeedRange(1, count),
    parallel: 2,
    timeFactor: TIME_FACTOR,
    print: (line) => void output.push(line),
  });
  expect(
    results.flatMap(({ violations }) => violations),
    output.join('\n'),
  ).toEqual([]);
  expect(results).toHaveLength(count);
  const { faults } = tallySummaries(results);
  expect(faults.filter(({ injections }) => injections > 0).length).toBeGreaterThan(minKinds);
}
