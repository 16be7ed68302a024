import { InvalidRequestError } from '@trainyard/application';
import {
  InvalidApiKeyError,
  RefusedError,
  UnexpectedResponseError,
  UnreachableError,
} from '@trainyard/client';
import { HyperparameterError } from '@trainyard/domain';
import { SettingsError } from '@trainyard/runtime';
import { CommanderError } from 'commander';
import { formatRefusal, type RefusalContext } from './refusal.ts';

/** Exit codes of `trainyard`. */
export const EXIT = {
  ok: 0,
  /** Unexpected error. */
  failure: 1,
  /** Invalid arguments or settings. */
  usage: 2,
  /** No server answers at TRAINYARD_URL. */
  unreachable: 3,
  /** The server refused the request: not found, not allowed, conflict or invalid. */
  refused: 4,
  /** A watched training did not complete, or a check failed. */
  unsuccessful: 5,
  /** The person answered a question with no. */
  declined: 6,
  /** Ctrl-C ended a watch or a question. */
  interrupted: 130,
} as const;

/** An exit code of `trainyard`. */
export type ExitCode = (typeof EXIT)[keyof typeof EXIT];

/** Text of the exit codes for `--help`. */
export const EXIT_CODES_HELP = `
Exit codes:
    0  success
    1  unexpected error
    2  invalid arguments or settings
    3  no server answers at TRAINYARD_URL
    4  the server refused: not found, not allowed, conflict or invalid
    5  a watched training did not complete, or a check failed
    6  the question was answered with no
  130  Ctrl-C ended a watch or a question; the trainings go on`;

/** Thrown when arguments of a command are missing or contradict each other. */
export class UsageError extends Error {
  readonly code = 'usage';
  readonly retryable = false;
  constructor(message: string) {
    super(message);
    this.name = 'UsageError';
  }
}

/** Maps an error to the exit code of the program. */
export function toExitCode(error: unknown): ExitCode {
  if (error instanceof CommanderError) return error.exitCode === 0 ? EXIT.ok : EXIT.usage;
  if (error instanceof UnreachableError) return EXIT.unreachable;
  if (error instanceof RefusedError) return EXIT.refused;
  if (error instanceof UnexpectedResponseError) return EXIT.failure;
  const usageErrors = [
    UsageError,
    InvalidApiKeyError,
    SettingsError,
    InvalidRequestError,
    HyperparameterError,
  ];
  return usageErrors.some((kind) => error instanceof kind) ? EXIT.usage : EXIT.failure;
}

function getErrorCode(error: unknown): string {
  return error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : 'failure';
}

/** How an error is written. */
export interface ErrorFormat extends RefusalContext {
  readonly json: boolean;
}

/** Formats an error for standard error; undefined if commander has already printed it. */
export function formatError(error: unknown, { json, ...context }: ErrorFormat): string | undefined {
  if (error instanceof CommanderError) return undefined;
  const message = error instanceof RefusedError ? formatRefusal(error, context) : toErrorMessage(error);
  if (!json) return `trainyard: ${message}`;
  const issues = error instanceof RefusedError ? error.problem.issues : undefined;
  return JSON.stringify({ error: { code: getErrorCode(error), message, ...(issues && { issues }) } });
}

/**
 * Message of an error. A failed connection to a name with several addresses has an empty message; then its code or the
 * message of its first cause counts.
 */
export function toErrorMessage(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  if (error.message !== '') return error.message;
  const [first]: readonly unknown[] = error instanceof AggregateError ? error.errors : [];
  if (first !== undefined) return toErrorMessage(first);
  return 'code' in error && typeof error.code === 'string' ? error.code : error.name;
}
