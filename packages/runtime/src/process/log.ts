import type { Log } from '@trainyard/application';
import { pino, stdTimeFunctions } from 'pino';
import { redact } from './redact.ts';

export interface LogOptions {
  /** The process's part, e.g. `dispatcher`. */
  readonly name: string;
  readonly level?: 'debug' | 'info' | 'warn' | 'error' | 'silent';
  /** Values that are hidden wherever they stand. */
  readonly secrets?: readonly string[];
  /** Where the lines go; standard output unless told. */
  readonly destination?: { write(line: string): void };
}

/** A log of events as lines of JSON (STYLE 8): the word in `event`, ids beside it, no secrets. */
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
