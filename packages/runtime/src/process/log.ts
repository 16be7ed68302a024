import { cleanExternalText, createRedaction, type Log, type Redact } from '@trainyard/application';
import { pino, stdTimeFunctions } from 'pino';
import { createRepeatLimit } from './log-repeats.ts';

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

/**
 * Creates a log of events as JSON lines: the event name in `event`, ids and other fields beside it, secrets redacted. An
 * equal warning or error is written once a minute, with the count of the suppressed ones in `suppressed`.
 */
export function createLog(options: LogOptions): Log {
  const lines = pino(
    { base: { name: options.name }, level: options.level ?? 'info', timestamp: stdTimeFunctions.isoTime },
    options.destination ?? pino.destination({ fd: 1, sync: true }),
  );
  const redact = createRedaction(options.secrets ?? [], HIDDEN);
  const repeats = createRepeatLimit();
  const write =
    (level: 'info' | 'warn' | 'error'): Log['info'] =>
    (event, fields = {}) => {
      const shown = redactFields(fields, redact);
      const suppressed = level === 'info' ? 0 : repeats.admit(event, shown);
      if (suppressed !== undefined) lines[level]({ event, ...shown, ...(suppressed > 0 && { suppressed }) });
    };
  return { info: write('info'), warn: write('warn'), error: write('error') };
}

const HIDDEN = '[redacted]';
/** Fields that are always redacted: keys, tokens, passwords, and the input of the container. */
const SECRET_FIELD =
  /^(input|webhook|webhook_?url|authorization|cookie|password|.*(secret|api_?keys?|access_?key|token))$/i;
const TOKEN_IN_URL = /([?&](?:token|X-Amz-[A-Za-z-]+)=)[^&\s"']+/gi;
const PASSWORD_IN_URL = /(\b\w{1,32}:\/\/[^/\s:@]{0,512}:)[^@\s/]{1,512}@/g;
const MAX_DEPTH = 6;
/** The longest text of a field, in characters. */
const LONGEST_FIELD = 8_000;

/**
 * Redacts the fields of an event: known secrets in any text and encoding, tokens and passwords in URLs, and fields with a
 * secret name. Control characters are removed. An error becomes its name, code, message and cause.
 */
function redactFields(
  fields: Readonly<Record<string, unknown>>,
  redact: Redact,
): Readonly<Record<string, unknown>> {
  return redactValue(fields, redact, 0) as Readonly<Record<string, unknown>>;
}

function redactText(text: string, redact: Redact): string {
  const cleaned = cleanExternalText(text).replace(TOKEN_IN_URL, `$1${HIDDEN}`);
  return cleanExternalText(redact(cleaned.replace(PASSWORD_IN_URL, `$1${HIDDEN}@`)), LONGEST_FIELD);
}

function toErrorFields(error: Error): Readonly<Record<string, unknown>> {
  return {
    name: error.name,
    message: error.message,
    ...('code' in error && { code: error.code }),
    ...(error.cause !== undefined && { cause: error.cause }),
  };
}

function redactValue(value: unknown, redact: Redact, depth: number): unknown {
  if (typeof value === 'string') return redactText(value, redact);
  if (typeof value !== 'object' || value === null) return value;
  if (depth > MAX_DEPTH) return '[deep]';
  if (Array.isArray(value)) return value.map((each) => redactValue(each, redact, depth + 1));
  const fields = value instanceof Error ? toErrorFields(value) : value;
  const entries = Object.entries(fields).map(([name, each]) => [
    name,
    SECRET_FIELD.test(name) && each !== undefined ? HIDDEN : redactValue(each, redact, depth + 1),
  ]);
  return Object.fromEntries(entries);
}
