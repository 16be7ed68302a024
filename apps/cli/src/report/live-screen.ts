import type { Context } from '../terminal/context.ts';
import { truncate } from '../terminal/style.ts';

/** A terminal that a program draws as a whole, until it is left. */
export interface LiveScreen {
  /** Replaces the lines of the screen; lines and columns beyond it are cut. */
  draw(lines: readonly string[]): void;
  /** Aborts when `q`, Escape or Ctrl-C is pressed. */
  readonly left: AbortSignal;
  /** Restores the terminal. */
  close(): void;
}

const ENTER = '\u001b[?1049h\u001b[?25l';
const LEAVE = '\u001b[?25h\u001b[?1049l';
const HOME = '\u001b[H';
const CLEAR_LINE = '\u001b[K';
const CLEAR_BELOW = '\u001b[J';
const DEFAULT_ROWS = 24;
/** Without a listener these signals would end the process with a changed terminal. */
const ENDING_SIGNALS = ['SIGTERM', 'SIGHUP'] as const;
const LEAVING_KEYS = ['q', 'Q', '\u0003', '\u001b'];

/** Opens the alternate screen, hides the cursor and reads keys. A signal that ends the process restores the terminal too. */
export function openLiveScreen({ output, screen, input, signal }: LiveScreenOptions): LiveScreen {
  const controller = new AbortController();
  const leave = (): void => controller.abort();
  const onKey = (key: Buffer | string): void => {
    if (LEAVING_KEYS.some((each) => key.toString().startsWith(each))) leave();
  };
  let lastLines: readonly string[] = [];
  const draw = (lines: readonly string[]): void => {
    lastLines = lines;
    const visible = lines.slice(0, (screen.rows ?? DEFAULT_ROWS) - 1);
    const cut = visible.map(
      (line) => `${output.render(truncate(line, output.width ?? line.length))}${CLEAR_LINE}`,
    );
    screen.write(`${HOME}${cut.join('\r\n')}\r\n${CLEAR_BELOW}`);
  };
  const redraw = (): void => draw(lastLines);
  let isOpen = true;
  const close = (): void => {
    if (!isOpen) return;
    isOpen = false;
    screen.off('resize', redraw);
    input?.off('data', onKey);
    input?.setRawMode(false);
    input?.pause();
    process.off('exit', close);
    for (const name of ENDING_SIGNALS) process.off(name, leave);
    screen.write(LEAVE);
  };
  signal.addEventListener('abort', leave, { once: true });
  process.once('exit', close);
  for (const name of ENDING_SIGNALS) process.once(name, leave);
  screen.on('resize', redraw);
  input?.setRawMode(true);
  input?.resume();
  input?.on('data', onKey);
  screen.write(ENTER);
  return { draw, left: controller.signal, close };
}

/** Terminal of a live screen. */
export interface LiveScreenOptions extends Pick<Context, 'output' | 'screen' | 'input'> {
  /** Leaves the screen. */
  readonly signal: AbortSignal;
}
