import { spawnSync } from 'node:child_process';
import { mkdtempSync, openSync, readFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** Thrown when a step failed that all further steps depend on. */
export class PrepareError extends Error {}

/**
 * Runs a command and returns its output; undefined if it cannot be run or fails.
 * @param {string} command
 * @param {...string} args
 */
export const captureOutput = (command, ...args) => {
  const { status, stdout } = spawnSync(command, args, { encoding: 'utf8' });
  return status === 0 ? stdout : undefined;
};

/**
 * Runs a command with its output in a file, and prints the file only if the command fails.
 * @param {string} step
 * @param {readonly [string, ...string[]]} command
 * @param {NodeJS.ProcessEnv} [env]
 */
export const runQuietly = (step, [command, ...args], env = process.env) => {
  const log = join(mkdtempSync(join(tmpdir(), 'trainyard-prepare-')), 'output.log');
  const file = openSync(log, 'w');
  console.error(`${step} (output in ${log}) …`);
  const { status, error } = spawnSync(command, args, { stdio: ['ignore', file, file], env });
  if (status === 0) return;
  console.error(readFileSync(log, 'utf8'));
  throw new PrepareError(`${step} failed${error ? `: ${error.message}` : ` with exit code ${status}`}`);
};
