import { spawnSync } from 'node:child_process';
import { mkdtempSync, openSync, readFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** Thrown when a step failed that nothing can go on without. */
export class PrepareError extends Error {}

/**
 * What a command prints, or undefined when it cannot be run or fails.
 * @param {string} command
 * @param {...string} args
 */
export const captureOutput = (command, ...args) => {
  const { status, stdout } = spawnSync(command, args, { encoding: 'utf8' });
  return status === 0 ? stdout : undefined;
};

/**
 * Runs a command with its output in a file, which is shown only when it fails.
 * @param {string} what
 * @param {readonly [string, ...string[]]} command
 * @param {NodeJS.ProcessEnv} [env]
 */
export const runQuietly = (what, [command, ...args], env = process.env) => {
  const log = join(mkdtempSync(join(tmpdir(), 'trainyard-prepare-')), 'output.log');
  const file = openSync(log, 'w');
  console.error(`${what} (output in ${log}) …`);
  const { status, error } = spawnSync(command, args, { stdio: ['ignore', file, file], env });
  if (status === 0) return;
  console.error(readFileSync(log, 'utf8'));
  throw new PrepareError(`${what} failed${error ? `: ${error.message}` : ` with exit code ${status}`}`);
};
