import { InvalidRequestError } from '@trainyard/application';
import { RefusedError, UnexpectedResponseError, UnreachableError } from '@trainyard/client';
import { HyperparameterError } from '@trainyard/domain';
import { SettingsError } from '@trainyard/runtime';
import { CommanderError } from 'commander';

/** What the number that `trainyard` ends with means. */
export const EXIT = {
  ok: 0,
  /** Something broke here. */
  failure: 1,
  /** The command or the settings cannot be used as they are. */
  usage: 2,
  /** No server answers at TRAINYARD_URL. */
  unreachable: 3,
  /** The server said no: not found, not allowed, in conflict or with faults. */
  refused: 4,
  /** A training that was followed did not end as completed, or a check failed. */
  unsuccessful: 5,
} as const;

export type ExitCode = (typeof EXIT)[keyof typeof EXIT];

/** For `--help`. */
export const EXIT_CODES_HELP = `
Exit codes:
  0  done
  1  something broke here
  2  the command or the settings cannot be used as they are
  3  no server answers at TRAINYARD_URL
  4  the server refused: not found, not allowed, in conflict or with faults
  5  a training that was followed did not complete, or a check failed`;

/** Thrown when a command's arguments cannot be used together. */
export class UsageError extends Error {
  readonly code = 'usage';
  readonly retryable = false;
  constructor(message: string) {
    super(message);
    this.name = 'UsageError';
  }
}

/** What an error ends the program with. */
export function toExitCode(error: unknown): ExitCode {
  if (error instanceof CommanderError) return error.exitCode === 0 ? EXIT.ok : EXIT.usage;
  if (error instanceof UnreachableError) return EXIT.unreachable;
  if (error instanceof RefusedError) return EXIT.refused;
  if (error instanceof UnexpectedResponseError) return EXIT.failure;
  const usageErrors = [UsageError, SettingsError, InvalidRequestError, HyperparameterError];
  return usageErrors.some((kind) => error instanceof kind) ? EXIT.usage : EXIT.failure;
}

function getErrorCode(error: unknown): string {
  return error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : 'failure';
}

/** What is said of an error; undefined where commander has said it already. */
export function formatError(error: unknown, json: boolean): string | undefined {
  if (error instanceof CommanderError) return undefined;
  const message = error instanceof Error ? error.message : String(error);
  if (json) return JSON.stringify({ error: { code: getErrorCode(error), message } });
  return `trainyard: ${message}`;
}
