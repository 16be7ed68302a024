import { expect, it } from 'vitest';
import { fuzz } from '../src/fuzz.ts';
import { formatFault } from '../src/report.ts';

/** A sample that detects unfuzzed routes and frequent faults; `npm run fuzz` is the long run. */
const SHORT = { seed: 1, cases: 8, valuesPerField: 2 };

it('answers every fuzzed route as its OpenAPI document describes, without a secret, an unstorable text or a stuck training', {
  timeout: 300_000,
}, async () => {
  const { routes, results, faults } = await fuzz(SHORT);
  const found = results.flatMap((each) => each.faults);
  expect(found.flatMap((fault) => formatFault(fault, SHORT.seed)).join('\n')).toBe('');
  expect(faults).toEqual([]);
  expect(results.map(({ route }) => route)).toEqual(routes);
  expect(results.filter(({ cases }) => cases < SHORT.cases)).toEqual([]);
  const reached = results.filter(({ classes }) => (classes[2] ?? 0) + (classes[3] ?? 0) > 0);
  expect(reached.length / routes.length).toBeGreaterThan(0.75);
});
