import type { Log } from '@trainyard/application';
import { pino, stdTimeFunctions } from 'pino';

/** The name, level and destination of a log. */
export interface LogOptions {
  /** The role of the process, e.g. `dispatcher`. */
  readonly name: string;
  readonly level?: 'debug' | 'info' | 'warn' | 'error' | 'silent';
  /** Values that are redacted in every field. */
  readonly secrets?: readonly string[];
  /** The destination of the lines; standard output by default. */
  readonly destination?: { write(line: string): void };
}

/** Creates a log of events as JSON lines: the event name in `event`, ids and other fields beside it, secrets redacted. */
export function createLog(options: LogOptions): Log {
  const lines = pino(
    { base: { name: options.name }, level: options.level ?? 'info', timestamp: stdTimeFunctions.isoTime },
    options.destination ?? pino.destination({ fd: 1, sync: true }),
  );
  const write =
    (level: 'info' | 'warn' | 'error'): Log['info'] =>
    (event, fields = {}) =>
      lines[level]({ event, ...redact(fields, options.secrets) });
  return { info: write('info'), warn: write('warn'), error: write('error') };
}

const HIDDEN = '[redacted]';
/** Fields that are always redacted: keys, tokens, passwords, and the input of the container. */
const SECRET_FIELD =
  /^(input|webhook|webhook_?url|authorization|cookie|password|.*(secret|api_?keys?|access_?key|token))$/i;
const TOKEN_IN_URL = /([?&](?:token|X-Amz-[A-Za-z-]+)=)[^&\s"']+/gi;
const PASSWORD_IN_URL = /(\w+:\/\/[^/\s:@]*:)[^@\s/]+@/g;
const MAX_DEPTH = 6;
/** Shorter secrets would match ordinary text. */
const MIN_SECRET_LENGTH = 4;

/**
 * Redacts the fields of an event: known secrets in any text, tokens and passwords in URLs, and fields with a secret name.
 * An error becomes its name, code, message and cause.
 */
function redact(
  fields: Readonly<Record<string, unknown>>,
  secrets: readonly string[] = [],
): Readonly<Record<string, unknown>> {
  return redactValue(
    fields,
    secrets.filter((secret) => secret.length >= MIN_SECRET_LENGTH),
    0,
  ) as Readonly<Record<string, unknown>>;
}

function redactText(text: string, secrets: readonly string[]): string {
  const cleaned = text.replace(TOKEN_IN_URL, `$1${HIDDEN}`).replace(PASSWORD_IN_URL, `$1${HIDDEN}@`);
  return secrets.reduce((rest, secret) => rest.replaceAll(secret, HIDDEN), cleaned);
}

function toErrorFields(error: Error): Readonly<Record<string, unknown>> {
  return {
    name: error.name,
    message: error.message,
    ...('code' in error && { code: error.code }),
    ...(error.cause !== undefined && { cause: error.cause }),
  };
}

function redactValue(value: unknown, secrets: readonly string[], depth: number): unknown {
  if (typeof value === 'string') return redactText(value, secrets);
  if (typeof value !== 'object' || value === null) return value;
  if (depth > MAX_DEPTH) return '[deep]';
  if (Array.isArray(value)) return value.map((each) => redactValue(each, secrets, depth + 1));
  const fields = value instanceof Error ? toErrorFields(value) : value;
  const entries = Object.entries(fields).map(([name, each]) => [
    name,
    SECRET_FIELD.test(name) && each !== undefined ? HIDDEN : redactValue(each, secrets, depth + 1),
  ]);
  return Object.fromEntries(entries);
}
