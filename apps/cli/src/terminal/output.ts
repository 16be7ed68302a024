/** Where a command's answer goes. */
export interface Output {
  /** Whether the answer is one JSON document instead of lines for people. */
  readonly json: boolean;
  /** Whether a person watches, so that lines may be drawn over. */
  readonly isTerminal: boolean;
  /** A line for people; with `--json` it goes to standard error, so that standard output stays one document. */
  writeLine(text?: string): void;
  /** The answer itself: as JSON, or as these lines. */
  writeResult(value: unknown, lines: readonly string[]): void;
  /** For what went wrong. */
  writeError(text: string): void;
}

interface Stream {
  write(text: string): unknown;
  readonly isTTY?: boolean;
}

export interface OutputOptions {
  readonly json: boolean;
  readonly out: Stream;
  readonly err: Stream;
}

/** An output over two streams. */
export function createOutput({ json, out, err }: OutputOptions): Output {
  return {
    json,
    isTerminal: out.isTTY === true && !json,
    writeLine: (text = '') => void (json ? err : out).write(`${text}\n`),
    writeResult: (value, lines) =>
      void out.write(
        json ? `${JSON.stringify(value, null, 2)}\n` : lines.map((line) => `${line}\n`).join(''),
      ),
    writeError: (text) => void err.write(`${text}\n`),
  };
}

/**
 * Ends the process without a word once nobody reads what it says (`trainyard list | head`). One that closes in order
 * when it is asked to end does so, and is asked once.
 */
export function exitOnClosedPipe(target: NodeJS.Process): void {
  let signalled = false;
  const onStreamError = ({ code }: NodeJS.ErrnoException): void => {
    if (target.listenerCount('SIGTERM') === 0) target.exit(code === 'EPIPE' ? undefined : 1);
    if (!signalled) target.kill(target.pid, 'SIGTERM');
    signalled = true;
  };
  for (const stream of [target.stdout, target.stderr]) stream.on('error', onStreamError);
}
