import { ArrowDown, Copy, Download } from 'lucide-react';
import { type UIEvent, useId, useLayoutEffect, useRef, useState } from 'react';
import { Button } from '../controls/button.tsx';
import { showToast } from '../messages/toast.tsx';
import { toVisibleText } from '../words/visible-text.ts';
import styles from './console.module.css';
import { downloadText } from './download.ts';

/** Line of a console. */
export interface ConsoleLine {
  /** Stable over all renderings. */
  readonly id: string;
  /** Time before the text, as it is shown. */
  readonly time?: string | undefined;
  readonly text: string;
  readonly tone?: 'muted' | 'ok' | 'warn' | 'danger' | 'accent' | 'info' | undefined;
}

/** Properties of a console. */
export interface ConsoleProps {
  readonly title: string;
  readonly lines: readonly ConsoleLine[];
  readonly fileName: string;
  /** Sentence in place of the first line. */
  readonly empty?: string;
}

const AT_BOTTOM_PX = 24;

/**
 * Lines of a run, newest last. It follows new lines only while its end is visible; otherwise a button counts them. Screen
 * readers hear new lines on request.
 */
export function Console({ title, lines, fileName, empty = 'No lines yet.' }: ConsoleProps) {
  const headingId = useId();
  const [spoken, setSpoken] = useState(false);
  const { ref, onScroll, unseen, toEnd } = useFollow(lines.length);
  return (
    <section className={styles.console} aria-labelledby={headingId}>
      <div className={styles.head}>
        <h2 id={headingId}>{title}</h2>
        <Tools lines={lines} fileName={fileName} />
      </div>
      <div className={styles.frame}>
        <div
          ref={ref}
          className={styles.lines}
          role="log"
          aria-label={title}
          aria-live={spoken ? 'polite' : 'off'}
          // biome-ignore lint/a11y/noNoninteractiveTabindex: a region that scrolls is reached by keyboard.
          tabIndex={0}
          onScroll={onScroll}
        >
          {lines.length === 0 && <p className="muted">{empty}</p>}
          {lines.map((line) => (
            <Line key={line.id} line={line} />
          ))}
        </div>
        {unseen > 0 && <Unseen count={unseen} onShow={toEnd} />}
      </div>
      <label className={styles.spoken}>
        <input type="checkbox" checked={spoken} onChange={(event) => setSpoken(event.target.checked)} />
        Announce new lines
      </label>
    </section>
  );
}

function Unseen({ count, onShow }: { readonly count: number; readonly onShow: () => void }) {
  return (
    <div className={styles.unseen}>
      <Button onClick={onShow}>
        <ArrowDown size={14} aria-hidden />
        {count === 1 ? '1 new line' : `${count} new lines`}
      </Button>
    </div>
  );
}

function Line({ line: { time, text, tone = 'muted' } }: { readonly line: ConsoleLine }) {
  return (
    <p className={`${styles.line} tone-${tone}`}>
      {time !== undefined && <time className={styles.time}>{time} </time>}
      {toVisibleText(text)}
    </p>
  );
}

function toText(lines: readonly ConsoleLine[]): string {
  return lines
    .map(({ time, text }) => `${time === undefined ? '' : `${time} `}${toVisibleText(text)}\n`)
    .join('');
}

function Tools({ lines, fileName }: Pick<ConsoleProps, 'lines' | 'fileName'>) {
  const copy = (): void => {
    navigator.clipboard.writeText(toText(lines)).then(
      () => showToast(`${lines.length} lines copied`),
      () => showToast('The browser refused to copy. Download the lines instead.'),
    );
  };
  return (
    <div className={styles.tools}>
      <Button kind="quiet" label="Copy the lines" onClick={copy}>
        <Copy size={16} aria-hidden />
      </Button>
      <Button kind="quiet" label="Download the lines" onClick={() => downloadText(fileName, toText(lines))}>
        <Download size={16} aria-hidden />
      </Button>
    </div>
  );
}

/** Keeps the end in view while it is in view, and counts the lines that were added below. */
function useFollow(count: number) {
  const ref = useRef<HTMLDivElement>(null);
  const following = useRef(true);
  const [seen, setSeen] = useState(count);
  const toEnd = (): void => {
    following.current = true;
    ref.current?.scrollTo({ top: ref.current.scrollHeight });
    setSeen(count);
  };
  useLayoutEffect(() => {
    if (!following.current) return;
    if (ref.current) ref.current.scrollTop = ref.current.scrollHeight;
    setSeen(count);
  }, [count]);
  const onScroll = ({
    currentTarget: { scrollHeight, scrollTop, clientHeight },
  }: UIEvent<HTMLElement>): void => {
    following.current = scrollHeight - scrollTop - clientHeight < AT_BOTTOM_PX;
    if (following.current) setSeen(count);
  };
  return { ref, onScroll, unseen: Math.max(0, count - seen), toEnd };
}
