import type { Log } from '@trainyard/application';
import { type Logger, pino, stdTimeFunctions } from 'pino';
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

/** Lines of JSON without secrets, for libraries that bring their own words. */
export const createLogger = (options: LogOptions): Logger =>
  pino(
    {
      base: { name: options.name },
      level: options.level ?? 'info',
      timestamp: stdTimeFunctions.isoTime,
      formatters: { log: (fields) => redact(fields, options.secrets) },
    },
    options.destination ?? pino.destination({ fd: 1, sync: true }),
  );

/** The rules' log over a logger: the word in `event`, ids beside it (STYLE 8). */
export const logOf = (logger: Logger): Log => ({
  info: (event, fields) => logger.info({ event, ...fields }),
  warn: (event, fields) => logger.warn({ event, ...fields }),
  error: (event, fields) => logger.error({ event, ...fields }),
});

/** Both at once. */
export const createLog = (options: LogOptions): Log => logOf(createLogger(options));
