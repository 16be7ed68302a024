import { useQuery } from '@tanstack/react-query';
import type { TrainingView } from '@trainyard/contracts';
import { useServerNow } from '../../../api/clock.ts';
import { createEventsQuery } from '../../../api/resources/queries.ts';
import { Panel } from '../../../parts/messages/panel.tsx';
import { formatClock, formatTime, formatUtc } from '../../../parts/words/format.ts';
import { toVisibleText } from '../../../parts/words/visible-text.ts';
import { CAUSE_WORDS, describeEvent, type TrainingEvent } from '../facts/event-words.ts';
import styles from './tabs.module.css';

/** Consecutive events of one type and one pair of states, which a row shows once. */
interface EventRow {
  readonly event: TrainingEvent;
  readonly times: number;
  readonly last: TrainingEvent;
}

/** Every stored event: time, source, states before and after, and what it means. Repeats are one row. */
export function EventsTab({ training }: { readonly training: TrainingView }) {
  const events = useQuery(createEventsQuery(training.id));
  return (
    <Panel query={events} height="20rem">
      {(data) =>
        data.events.length === 0 ? (
          <p className="muted">The events are no longer kept.</p>
        ) : (
          <EventTable rows={foldRepeats(data.events)} />
        )
      }
    </Panel>
  );
}

function foldRepeats(events: readonly TrainingEvent[]): readonly EventRow[] {
  const rows: EventRow[] = [];
  for (const event of events) {
    const row = rows.at(-1);
    const { last } = row ?? {};
    const isRepeat = last && last.type === event.type && last.from === event.from && last.to === event.to;
    if (row && isRepeat) rows[rows.length - 1] = { ...row, times: row.times + 1, last: event };
    else rows.push({ event, times: 1, last: event });
  }
  return rows;
}

function EventTable({ rows }: { readonly rows: readonly EventRow[] }) {
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: a region that scrolls is reached by keyboard.
    <section className={`${styles.card} ${styles.scroll}`} aria-label="Events" tabIndex={0}>
      <table>
        <caption className="visually-hidden">Events, oldest first</caption>
        <thead>
          <tr>
            <th scope="col">Time</th>
            <th scope="col">Event</th>
            <th scope="col">State</th>
            <th scope="col">Source</th>
          </tr>
        </thead>
        <tbody>
          {rows.map((row) => (
            <Row key={row.event.seq} row={row} />
          ))}
        </tbody>
      </table>
    </section>
  );
}

function Row({ row: { event, times, last } }: { readonly row: EventRow }) {
  const now = useServerNow();
  const { text, tone } = describeEvent(last);
  const day = formatTime(event.at, now);
  return (
    <tr>
      <td className={styles.when}>
        <time dateTime={event.at} title={formatUtc(event.at)}>
          {day.includes(',') ? day : formatClock(event.at)}
        </time>
      </td>
      <td className={`${styles.text} ${tone ? `tone-${tone}` : ''}`}>
        {toVisibleText(text)}
        {times > 1 && (
          <span className="faint">
            {' '}
            · {times} times until {formatClock(last.at)}
          </span>
        )}
      </td>
      <td>{toStates(event)}</td>
      <td>{CAUSE_WORDS[event.cause] ?? event.cause}</td>
    </tr>
  );
}

const STATE_NAMES: Readonly<Record<TrainingEvent['to'], string>> = {
  queued: 'Queued',
  submitting: 'Submitting',
  unconfirmed: 'Unconfirmed',
  submitted: 'Waiting for GPU',
  running: 'Training',
  cancelling: 'Cancelling',
  finalizing: 'Finishing',
  completed: 'Completed',
  failed: 'Failed',
  timed_out: 'Timed out',
  cancelled: 'Cancelled',
};

function toStates({ from, to }: TrainingEvent): string {
  return from === null || from === to ? STATE_NAMES[to] : `${STATE_NAMES[from]} → ${STATE_NAMES[to]}`;
}
