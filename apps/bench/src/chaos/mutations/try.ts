import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { apply } from './copy.ts';
import type { Mutation } from './mutation.ts';

/** What came of a copy without a guard. */
interface Tried {
  /** The invariants that were reported as broken. */
  readonly invariants: readonly string[];
  /** How many seeds it took. */
  readonly seeds: number;
}

interface HowLong {
  readonly seeds: string;
  readonly lanes: string;
}

/** What the chaos runner says of the copy, up to the breach that is waited for. */
const played = (copy: string, mutation: Mutation, { seeds, lanes }: HowLong): Promise<string> =>
  new Promise((resolve) => {
    const main = join(copy, 'apps/bench/src/chaos/main.ts');
    const { breaks, faults, timeFactor } = mutation;
    const args = [
      ...['--seeds', seeds, '--lanes', lanes, '--until', breaks, '--faults', faults.join(',')],
      ...(timeFactor === undefined ? [] : ['--factor', String(timeFactor)]),
    ];
    const child = spawn(process.execPath, [main, ...args], { stdio: ['ignore', 'pipe', 'inherit'] });
    let said = '';
    child.stdout.on('data', (text) => {
      said += text;
    });
    child.once('exit', () => resolve(said));
  });

/** Throws when the runner came to no verdict: that would look like a guard that nobody misses. */
const read = (said: string): Tried => {
  if (!said.includes('leaked slots')) throw new Error(`the chaos runner came to no verdict:\n${said}`);
  const lines = said.split('\n');
  const invariants = lines.flatMap((line) => /^ {2}(I[1-8]) /.exec(line)?.[1] ?? []);
  return {
    invariants: [...new Set(invariants)].sort(),
    seeds: lines.filter((line) => /^seed \d+: /.test(line)).length,
  };
};

/** Takes a guard away in the copy, plays seeds, and puts it back. Throws when an edit no longer fits the code. */
export const tryMutation = async (copy: string, mutation: Mutation, howLong: HowLong): Promise<Tried> => {
  const undo: (() => Promise<void>)[] = [];
  try {
    for (const edit of mutation.edits) undo.unshift(await apply(copy, edit));
    return read(await played(copy, mutation, howLong));
  } finally {
    for (const each of undo) await each();
  }
};
