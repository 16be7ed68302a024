import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { MUTATIONS } from './mutations.ts';
import { copyRepository, runMutation } from './run-mutation.ts';

const { values } = parseArgs({
  options: {
    seeds: { type: 'string', default: '20' },
    parallel: { type: 'string', default: '3' },
    only: { type: 'string', default: '' },
  },
});
const ROOT = fileURLToPath(new URL('../../../..', import.meta.url));
function print(line: string): void {
  void process.stdout.write(`${line}\n`);
}

const copy = await mkdtemp(join(tmpdir(), 'trainyard-mutations-'));
let missed = 0;
try {
  await copyRepository(ROOT, copy);
  print('| Mutation | Violates | Reported | Seeds |\n| --- | --- | --- | --- |');
  for (const mutation of MUTATIONS.filter(({ name }) => name.includes(values.only))) {
    const { invariants, seeds } = await runMutation(copy, mutation, values);
    const found = invariants.includes(mutation.breaks);
    if (!found) missed += 1;
    print(
      `| ${mutation.name} | ${mutation.breaks} | ${found ? '' : 'MISSED '}${invariants.join(' ')} | ${seeds} |`,
    );
  }
} finally {
  await rm(copy, { recursive: true, force: true });
}
process.exitCode = missed === 0 ? 0 : 1;
