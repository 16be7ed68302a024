import { spawn } from 'node:child_process';
import { join } from 'node:path';
import type { Mutation } from './mutation.ts';
import { applyEdit } from './repository-copy.ts';

/** What came of a copy without a guard. */
interface MutationResult {
  /** The invariants that were reported as broken. */
  readonly invariants: readonly string[];
  /** How many seeds it took. */
  readonly seeds: number;
}

interface RunLimits {
  readonly seeds: string;
  readonly parallel: string;
}

/** Takes a guard away in the copy, plays seeds, and puts it back. Throws when an edit no longer fits the code. */
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

/** What the chaos runner says of the copy, up to the breach that is waited for. */
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

/** Throws when the runner came to no verdict: that would look like a guard that nobody misses. */
function parseOutput(output: string): MutationResult {
  if (!output.includes('leaked slots')) throw new Error(`the chaos runner came to no verdict:\n${output}`);
  const lines = output.split('\n');
  const invariants = lines.flatMap((line) => /^ {2}(I[1-8]) /.exec(line)?.[1] ?? []);
  return {
    invariants: [...new Set(invariants)].sort(),
    seeds: lines.filter((line) => /^seed \d+: /.test(line)).length,
  };
}
