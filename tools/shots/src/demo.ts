import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';

/** A running demo, and the lines that it printed. */
export interface RunningDemo {
  readonly lines: readonly string[];
  /** Waits for a line. Throws Error when the demo ends before. */
  waitFor(pattern: RegExp): Promise<RegExpMatchArray>;
  close(): Promise<void>;
}

const LAUNCHER = fileURLToPath(new URL('../../../apps/cli/bin/trainyard.mjs', import.meta.url));

/** Starts `trainyard demo`. */
export function startDemo(options: readonly string[] = []): RunningDemo {
  const child = spawn(process.execPath, [LAUNCHER, 'demo', ...options], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const ended = rejectOnExit(child);
  ended.catch(() => undefined);
  const lines: string[] = [];
  const reader = createInterface(child.stdout).on('line', (line) => lines.push(line));
  const waitFor = async (pattern: RegExp): Promise<RegExpMatchArray> => {
    for (;;) {
      const found = lines.map((line) => line.match(pattern)).find((match) => match !== null);
      if (found) return found;
      await Promise.race([once(reader, 'line'), ended]);
    }
  };
  const close = async (): Promise<void> => {
    if (child.exitCode !== null) return;
    const exited = once(child, 'exit');
    child.kill('SIGINT');
    await exited;
  };
  return { lines, waitFor, close };
}

async function rejectOnExit(child: ChildProcess): Promise<never> {
  const [code] = await once(child, 'exit');
  throw new Error(`The demo ended with ${code}`);
}
