import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { inheritedEnvironment } from './env.ts';

/** A finished command with everything that it printed. */
export interface CommandResult {
  readonly args: readonly string[];
  readonly code: number;
  readonly output: string;
}

const LAUNCHER = fileURLToPath(new URL('../../../apps/cli/bin/trainyard.mjs', import.meta.url));

/** Folder and environment of the person's terminal. */
export interface TerminalOptions {
  readonly folder: string;
  readonly env: Readonly<Record<string, string>>;
}

/** Runs `trainyard` with these arguments as a person does, 80 columns wide, and waits for its end. */
export async function runCommand(options: TerminalOptions, args: readonly string[]): Promise<CommandResult> {
  const child = startCommand(options, args);
  let output = '';
  for (const stream of [child.stdout, child.stderr]) stream?.on('data', (text: string) => (output += text));
  const [code] = await once(child, 'close');
  return { args, code: code ?? -1, output };
}

/** Starts a command that stays in the foreground. */
export function startCommand({ folder, env }: TerminalOptions, args: readonly string[]): ChildProcess {
  const child = spawn(process.execPath, [LAUNCHER, ...args], {
    cwd: folder,
    env: { ...inheritedEnvironment(), COLUMNS: '80', TZ: 'Europe/Berlin', ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  child.stdout?.setEncoding('utf8');
  child.stderr?.setEncoding('utf8');
  return child;
}
