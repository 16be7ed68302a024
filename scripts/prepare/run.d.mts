/** Thrown when a step failed that all further steps depend on. */
export class PrepareError extends Error {}

/** Runs a command and returns its output; undefined if it cannot be run or fails. */
export function captureOutput(command: string, ...args: readonly string[]): string | undefined;

/**
 * Runs a command with its output in a file, and prints the file only if the command fails. Throws {@link PrepareError} if
 * it does.
 */
export function runQuietly(
  step: string,
  command: readonly [string, ...string[]],
  env?: Readonly<Record<string, string | undefined>>,
): void;
