import { spawn } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { apply, copyRepository } from './copy.ts';
import { MUTATIONS, type Mutation } from './mutations.ts';

const { values } = parseArgs({
  options: { seeds: { type: 'string', default: '20' }, only: { type: 'string', default: '' } },
});
const ROOT = fileURLToPath(new URL('../../../../..', import.meta.url));

/** What the chaos runner says of a mutated copy. */
const played = (copy: string, { faults }: Mutation): Promise<string> =>
  new Promise((resolve) => {
    const main = join(copy, 'apps/bench/src/chaos/main.ts');
    const args = ['--seeds', values.seeds, '--until-violation', '--faults', faults.join(',')];
    const child = spawn(process.execPath, [main, ...args], { stdio: ['ignore', 'pipe', 'inherit'] });
    let said = '';
    child.stdout.on('data', (text) => {
      said += text;
    });
    child.once('exit', () => resolve(said));
  });

/** Throws when the runner came to no verdict: that would look like a guard that nobody misses. */
const found = (said: string): readonly string[] => {
  if (!said.includes('leaked slots')) throw new Error(`the chaos runner came to no verdict:\n${said}`);
  return invariantsIn(said);
};

const invariantsIn = (said: string): readonly string[] => [
  ...new Set(said.split('\n').flatMap((line) => /^ {2}(I[1-8]) /.exec(line)?.[1] ?? [])),
];

const tryOne = async (copy: string, mutation: Mutation): Promise<readonly string[]> => {
  const undo: (() => Promise<void>)[] = [];
  try {
    for (const edit of mutation.edits) undo.unshift(await apply(copy, edit));
    return found(await played(copy, mutation));
  } finally {
    for (const each of undo) await each();
  }
};

const copy = await mkdtemp(join(tmpdir(), 'trainyard-mutations-'));
const missed: string[] = [];
try {
  await copyRepository(ROOT, copy);
  for (const mutation of MUTATIONS.filter(({ name }) => name.includes(values.only))) {
    const invariants = await tryOne(copy, mutation);
    if (invariants.length === 0) missed.push(mutation.name);
    process.stdout.write(`${(invariants.join(' ') || 'MISSED').padEnd(16)}${mutation.name}\n`);
  }
} finally {
  await rm(copy, { recursive: true, force: true });
}
process.exitCode = missed.length === 0 ? 0 : 1;
