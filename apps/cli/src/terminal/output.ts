import { cleanExternalText } from '@trainyard/application';
import type { SettingsSource } from '@trainyard/runtime';
import { hasColours, renderStyles } from './style.ts';

/** Output of a command. Texts may carry styles. */
export interface Output {
  /** Whether the result is a JSON document instead of lines. */
  readonly json: boolean;
  /** Whether the output is a terminal, where lines can be redrawn. */
  readonly isTerminal: boolean;
  /** Columns of the terminal; undefined in a pipe, where lines have any length. */
  readonly width: number | undefined;
  /** Writes a line; with `--json` to standard error, so that standard output stays a single document. */
  writeLine(text?: string): void;
  /** Writes the result as JSON or as these lines. */
  writeResult(value: unknown, lines: readonly string[]): void;
  /** Writes an error to standard error. */
  writeError(text: string): void;
  /** Cleans a line for a terminal that draws it by itself, and renders its styles. */
  render(text: string): string;
}

interface Stream {
  write(text: string): unknown;
  readonly isTTY?: boolean;
  readonly columns?: number;
}

/** Streams and format of an output. */
export interface OutputOptions {
  readonly json: boolean;
  readonly out: Stream;
  readonly err: Stream;
  /** Environment with NO_COLOR, FORCE_COLOR and TERM. */
  readonly source?: SettingsSource;
}

const DEFAULT_WIDTH = 80;
const NO_SOURCE: SettingsSource = {};

/** Creates an output over two streams. Data of a training never reach the terminal with control characters. */
export function createOutput({ json, out, err, source = NO_SOURCE }: OutputOptions): Output {
  const [outColours, errColours] = [hasColours(source, out), hasColours(source, err)];
  const isTerminal = out.isTTY === true && !json;
  return {
    json,
    isTerminal,
    get width() {
      // A terminal of unknown size reports 0 columns.
      return isTerminal ? out.columns || DEFAULT_WIDTH : undefined;
    },
    writeLine: (text = '') =>
      void (json ? err : out).write(toPrintableLine(text, json ? errColours : outColours)),
    writeResult: (value, lines) =>
      void out.write(
        json ? toPrintableJson(value) : lines.map((line) => toPrintableLine(line, outColours)).join(''),
      ),
    writeError: (text) => void err.write(toPrintableLine(text, errColours)),
    render: (text) => renderStyles(cleanExternalText(text), outColours),
  };
}

function toPrintableLine(text: string, colours: boolean): string {
  return `${renderStyles(cleanExternalText(text), colours)}\n`;
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
