import { execFile, spawn } from 'node:child_process';
import { cp, mkdir, readdir, readFile, symlink, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';
import type { Edit, Mutation } from './mutation.ts';

/** Result of the seeds on a copy without the guard. */
interface MutationResult {
  /** Violated invariants, sorted. */
  readonly invariants: readonly string[];
  /** Number of played seeds. */
  readonly seeds: number;
}

interface RunLimits {
  readonly seeds: string;
  readonly parallel: string;
}

/** Applies a mutation to the copy, plays seeds and reverts it. Throws when an edit does not match the code. */
export async function runMutation(
  copy: string,
  mutation: Mutation,
  limits: RunLimits,
): Promise<MutationResult> {
  const undo: (() => Promise<void>)[] = [];
  try {
    for (const edit of mutation.edits) undo.unshift(await applyEdit(copy, edit));
    return parseOutput(await runChaos(copy, mutation, limits));
  } finally {
    for (const each of undo) await each();
  }
}

/** Returns the output of the chaos runner on the copy; the runner stops after the first expected violation. */
function runChaos(copy: string, mutation: Mutation, { seeds, parallel }: RunLimits): Promise<string> {
  return new Promise((resolve) => {
    const main = join(copy, 'tools/chaos/src/main.ts');
    const { breaks, faults, timeFactor } = mutation;
    const args = [
      ...['--seeds', seeds, '--parallel', parallel, '--until', breaks, '--faults', faults.join(',')],
      ...(timeFactor === undefined ? [] : ['--factor', String(timeFactor)]),
    ];
    const child = spawn(process.execPath, [main, ...args], { stdio: ['ignore', 'pipe', 'inherit'] });
    let output = '';
    child.stdout.on('data', (text) => {
      output += text;
    });
    child.once('exit', () => resolve(output));
  });
}

/** Throws when the output has no result table: a crashed runner would look like a missed mutation. */
function parseOutput(output: string): MutationResult {
  if (!output.includes('leaked slots'))
    throw new Error(`The chaos runner printed no result table:\n${output}`);
  const lines = output.split('\n');
  const invariants = lines.flatMap((line) => /^ {2}(I[1-8]) /.exec(line)?.[1] ?? []);
  return {
    invariants: [...new Set(invariants)].sort(),
    seeds: lines.filter((line) => /^seed \d+: /.test(line)).length,
  };
}

const execFileAsync = promisify(execFile);
const SCOPE = '@trainyard';

/** Links the workspace packages of the copy and the installed packages of the repository. */
async function linkModules(root: string, copy: string, files: readonly string[]): Promise<void> {
  const modules = join(copy, 'node_modules');
  await mkdir(join(modules, SCOPE), { recursive: true });
  const theirs = (await readdir(join(root, 'node_modules'))).filter((name) => name !== SCOPE);
  await Promise.all(theirs.map((name) => symlink(join(root, 'node_modules', name), join(modules, name))));
  const ours = files.filter((file) => /^(apps|packages|tools)\/[^/]+\/package\.json$/.test(file));
  for (const file of ours) {
    const { name } = JSON.parse(await readFile(join(root, file), 'utf8')) as { readonly name: string };
    await symlink(join(copy, dirname(file)), join(modules, name));
  }
}

/** Copies the tracked and untracked files of the working tree, without ignored files. Throws when git fails. */
export async function copyRepository(root: string, copy: string): Promise<void> {
  const { stdout } = await execFileAsync('git', ['ls-files', '-co', '--exclude-standard'], {
    cwd: root,
    maxBuffer: 16 * 1024 * 1024,
  });
  const files = stdout.split('\n').filter((file) => file !== '' && !file.startsWith('apps/web/'));
  for (const file of files)
    await cp(join(root, file), join(copy, file)).catch((error: NodeJS.ErrnoException) => {
      if (error.code !== 'ENOENT') throw error;
    });
  await linkModules(root, copy, files);
}

/** Replaces a text and returns a function that restores the file. Throws when the guard changed and the text is missing. */
async function applyEdit(copy: string, { file, from, to }: Edit): Promise<() => Promise<void>> {
  const path = join(copy, file);
  const text = await readFile(path, 'utf8');
  if (!text.includes(from)) throw new Error(`${file} does not contain «${from}»`);
  await writeFile(path, text.replaceAll(from, to));
  return () => writeFile(path, text);
}
