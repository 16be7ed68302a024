import type { Results } from '../testing/results.ts';
import type { NamedTest, Row } from './table.ts';

/** Whether the last run of its file showed the test. */
export const wasShown = (results: Results, { file, title }: NamedTest): boolean =>
  results[file]?.passed.some((name) => name.includes(title)) ?? false;

/** What is wrong with the table, a line each; nothing when each row is shown by tests that ran and passed. */
export const faultsOf = (rows: readonly Row[], results: Results): readonly string[] => {
  if (rows.length === 0) return ['there is no table'];
  return rows.flatMap(({ line, what, tests }) => {
    const place = `line ${line}, ${what}`;
    if (tests.length === 0) return [`${place}: names no test`];
    return tests
      .filter((test) => !wasShown(results, test))
      .map(({ file, title }) => `${place}: ${file} «${title}» did not run, or did not pass`);
  });
};
