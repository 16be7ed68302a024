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
