// Builds the studio if a source has changed, and prints the size of its loads after gzip: `npm run studio:size`. Fails when
// a load exceeds its budget.
import { fileURLToPath } from 'node:url';
import { PrepareError } from '../prepare/run.mjs';
import { prepareStudio } from '../prepare/studio.mjs';
import { BUDGETS, findExceeded, formatSize } from './budgets.ts';
import { measureBuild } from './bundle.ts';

const root = fileURLToPath(new URL('../..', import.meta.url)).replace(/\/$/, '');
try {
  prepareStudio(root, process.execPath);
  const sizes = measureBuild(`${root}/apps/web/dist`);
  console.log('  scripts      styles  after gzip');
  for (const size of sizes) console.log(formatSize(size));
  const exceeded = findExceeded(sizes);
  for (const line of exceeded) console.log(line);
  if (exceeded.length === 0)
    console.log(
      `Within the budgets: first load ${BUDGETS.firstLoad} KiB, every other part ${BUDGETS.part} KiB.`,
    );
  process.exitCode = exceeded.length === 0 ? 0 : 1;
} catch (error) {
  if (!(error instanceof PrepareError)) throw error;
  console.error(error.message);
  process.exitCode = 1;
}
