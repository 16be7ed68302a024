import type { Results } from '../testing/results-reporter.ts';
import type { NamedTest, Row } from './compatibility-table.ts';

/** Whether the test passed in the last run of its file. */
export function hasPassed(results: Results, { file, title }: NamedTest): boolean {
  return results[file]?.passed.some((name) => name.includes(title)) ?? false;
}

/** Lists the faults of the table, a line each; empty if every row names tests that ran and passed. */
export function findFaults(rows: readonly Row[], results: Results): readonly string[] {
  if (rows.length === 0) return ['the page has no table'];
  return rows.flatMap(({ line, label, tests }) => {
    const position = `line ${line}, ${label}`;
    if (tests.length === 0) return [`${position}: names no test`];
    return tests
      .filter((test) => !hasPassed(results, test))
      .map(({ file, title }) => `${position}: ${file} «${title}» did not run, or did not pass`);
  });
}
