import { describe, expect, it } from 'vitest';
import { findFaults } from './compatibility-check.ts';
import { parseRows } from './compatibility-table.ts';

const page = `
| Seed | Here | Shown by | Why |
| --- | --- | --- | --- |
| A route | \`there\` | \`a/b.test.ts\` «answers» | |
| A word with \\| in it | there | \`a/b.test.ts\` «fails», \`c.test.ts\` «too» | |
| Nothing | there | | |
`;

describe('the table of the seeds', () => {
  it('is read row by row, with the tests that it names', () => {
    expect(parseRows(page).map(({ line, label, tests }) => [line, label, tests.length])).toEqual([
      [4, 'A route', 1],
      [5, 'A word with \\| in it', 2],
      [6, 'Nothing', 0],
    ]);
  });
  it('is at fault where a row names no test, or one that did not run or did not pass', () => {
    const results = { 'a/b.test.ts': { sha256: '', passed: ['the route > answers soon'] } };
    expect(findFaults(parseRows(page), results)).toEqual([
      'line 5, A word with \\| in it: a/b.test.ts «fails» did not run, or did not pass',
      'line 5, A word with \\| in it: c.test.ts «too» did not run, or did not pass',
      'line 6, Nothing: names no test',
    ]);
    expect(findFaults([], results)).toEqual(['there is no table']);
  });
});
