import { createWriteStream } from 'node:fs';

/** A log file that lines are appended to. */
export interface LogFile {
  write(line: string): void;
  /** Resolves when all lines are written, or can no longer be. */
  end(): Promise<void>;
}

/**
 * Opens a log file that only its user reads. An error of the file system, such as a full disk, ends the log and is reported
 * once; the process goes on.
 */
export function openLogFile(path: string, onError: (message: string) => void): LogFile {
  const stream = createWriteStream(path, { flags: 'a', mode: 0o600 });
  stream.on('error', ({ message }) => onError(`The log can no longer be written to ${path}: ${message}`));
  return {
    write: (line) => void stream.write(line),
    end: () => new Promise((resolve) => stream.end(() => resolve())),
  };
}
