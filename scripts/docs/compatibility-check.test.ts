import { describe, expect, it } from 'vitest';
import { findFaults } from './compatibility-check.ts';
import { parseRows } from './compatibility-table.ts';

const page = `
| Document | Trainyard | Test | Difference |
| --- | --- | --- | --- |
| A route | \`/route\` | \`a/b.test.ts\` «answers» | |
| A cell with \\| | field | \`a/b.test.ts\` «fails», \`c.test.ts\` «too» | |
| A gap | field | | |
`;

describe('the compatibility table', () => {
  it('is parsed row by row with its test references', () => {
    expect(parseRows(page).map(({ line, label, tests }) => [line, label, tests.length])).toEqual([
      [4, 'A route', 1],
      [5, 'A cell with \\|', 2],
      [6, 'A gap', 0],
    ]);
  });
  it('has a fault for each row without a test that ran and passed', () => {
    const results = { 'a/b.test.ts': { sha256: '', passed: ['the route > answers soon'] } };
    expect(findFaults(parseRows(page), results)).toEqual([
      'line 5, A cell with \\|: a/b.test.ts «fails» did not run, or did not pass',
      'line 5, A cell with \\|: c.test.ts «too» did not run, or did not pass',
      'line 6, A gap: names no test',
    ]);
    expect(findFaults([], results)).toEqual(['the page has no table']);
  });
});
