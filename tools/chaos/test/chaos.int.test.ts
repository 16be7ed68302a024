import { expect, it } from 'vitest';
import { runCampaign, SHORT_CAMPAIGN, tallySummaries } from '../src/index.ts';

it('no fault and no mixture of faults breaks an invariant', { timeout: 1_800_000 }, async () => {
  const said: string[] = [];
  const results = await runCampaign({ ...SHORT_CAMPAIGN, print: (line) => void said.push(line) });
  expect(
    results.flatMap(({ violations }) => violations),
    said.join('\n'),
  ).toEqual([]);
  expect(results).toHaveLength(SHORT_CAMPAIGN.seeds.length);
  const { faults } = tallySummaries(results);
  expect(faults.filter(({ injections }) => injections > 0).length).toBeGreaterThan(25);
});
