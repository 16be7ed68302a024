import type { Results } from '../testing/results-reporter.ts';
import type { NamedTest, Row } from './compatibility-table.ts';

/** Whether the last run of its file showed the test. */
export function hasPassed(results: Results, { file, title }: NamedTest): boolean {
  return results[file]?.passed.some((name) => name.includes(title)) ?? false;
}

/** What is wrong with the table, a line each; nothing when each row is shown by tests that ran and passed. */
export function findFaults(rows: readonly Row[], results: Results): readonly string[] {
  if (rows.length === 0) return ['there is no table'];
  return rows.flatMap(({ line, label, tests }) => {
    const position = `line ${line}, ${label}`;
    if (tests.length === 0) return [`${position}: names no test`];
    return tests
      .filter((test) => !hasPassed(results, test))
      .map(({ file, title }) => `${position}: ${file} «${title}» did not run, or did not pass`);
  });
}
