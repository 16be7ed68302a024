// Prints figures of structure and language: `npm run measure [-- --root DIR] [--list]`. `--check` fails on a broken rule.
// `--execution` lists the files that execute for one training instead.
import { resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { listExecutedFiles } from './execution/execution.ts';
import { measure } from './measure.ts';
import { findBrokenRules } from './rules.ts';
import { formatTable } from './table.ts';

const { values } = parseArgs({
  options: {
    root: { type: 'string' },
    check: { type: 'boolean' },
    list: { type: 'boolean' },
    execution: { type: 'boolean' },
  },
});
const root = resolve(values.root ?? fileURLToPath(new URL('../..', import.meta.url)));

if (values.execution) {
  const files = await listExecutedFiles(root);
  for (const file of files) console.log(file);
  console.log(`${files.length} files execute for one training.`);
  process.exit(0);
}

const measurement = measure(root);
const broken = findBrokenRules(measurement);

if (!values.check) console.log(formatTable(measurement));
if (values.check || values.list) for (const line of broken) console.log(line);
if (values.check) {
  console.log(
    broken.length === 0 ? 'Structure and language: no rule is broken.' : `${broken.length} broken rules.`,
  );
  process.exitCode = broken.length === 0 ? 0 : 1;
}
