import { cleanExternalText } from '@trainyard/application';

/** Output of a command. */
export interface Output {
  /** Whether the result is a JSON document instead of lines. */
  readonly json: boolean;
  /** Whether the output is a terminal, where lines can be redrawn. */
  readonly isTerminal: boolean;
  /** Writes a line; with `--json` to standard error, so that standard output stays a single document. */
  writeLine(text?: string): void;
  /** Writes the result as JSON or as these lines. */
  writeResult(value: unknown, lines: readonly string[]): void;
  /** Writes an error to standard error. */
  writeError(text: string): void;
}

interface Stream {
  write(text: string): unknown;
  readonly isTTY?: boolean;
}

/** Streams and format of an output. */
export interface OutputOptions {
  readonly json: boolean;
  readonly out: Stream;
  readonly err: Stream;
}

/** Creates an output over two streams. Data of a training never reach the terminal with control characters. */
export function createOutput({ json, out, err }: OutputOptions): Output {
  return {
    json,
    isTerminal: out.isTTY === true && !json,
    writeLine: (text = '') => void (json ? err : out).write(toPrintableLine(text)),
    writeResult: (value, lines) =>
      void out.write(json ? toPrintableJson(value) : lines.map(toPrintableLine).join('')),
    writeError: (text) => void err.write(toPrintableLine(text)),
  };
}

function toPrintableLine(text: string): string {
  return `${cleanExternalText(text)}\n`;
}

/** JSON escapes the other control characters itself. */
function toPrintableJson(value: unknown): string {
  const json = JSON.stringify(value, null, 2);
  return `${json.replace(/[\u007f-\u009f]/g, (character) => `\\u00${character.charCodeAt(0).toString(16)}`)}\n`;
}

/**
 * Exits silently once the reader of the output closes its pipe (`trainyard list | head`). A process with a SIGTERM
 * handler receives a single SIGTERM instead, so that it closes its resources.
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
