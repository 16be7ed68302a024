// Checks that each row of docs/compatibility.md names tests that ran and passed. Runs the tests that changed since their last
// run; with --no-run it reads the results of the last run only.
import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { findFaults, hasPassed } from './docs/compatibility-check.ts';
import { parseRows } from './docs/compatibility-table.ts';
import { readResults } from './testing/results-reporter.ts';

const rows = parseRows(readFileSync(new URL('../docs/compatibility.md', import.meta.url), 'utf8'));
const tests = rows.flatMap((row) => row.tests);

if (!process.argv.includes('--no-run')) {
  const results = readResults();
  const files = [...new Set(tests.filter((test) => !hasPassed(results, test)).map(({ file }) => file))];
  if (files.length > 0) spawnSync('vitest', ['run', ...files], { stdio: 'inherit' });
}

const faults = findFaults(rows, readResults());
for (const fault of faults) console.log(`docs/compatibility.md, ${fault}`);
console.log(faults.length === 0 ? `${rows.length} rows, all with passed tests.` : `${faults.length} faults.`);
process.exitCode = faults.length === 0 ? 0 : 1;
