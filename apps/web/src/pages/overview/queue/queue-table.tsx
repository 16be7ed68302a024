import { Link } from '@tanstack/react-router';
import type { SlotsView, TrainingView } from '@trainyard/contracts';
import { getServerNow, useServerNow } from '../../../api/clock.ts';
import { useScope } from '../../../api/resources/access.ts';
import { type NamedSubject, toTrainingName, useSubject } from '../../../api/resources/subjects.ts';
import { Poster } from '../../../parts/graphics/poster.tsx';
import { formatRoundDuration, formatTime, formatUsd, formatUtc } from '../../../parts/words/format.ts';
import { getWaitingWords } from '../../../parts/words/waiting-words.ts';
import { SlotsControl } from './dispatch-controls.tsx';
import styles from './queue.module.css';
import { QueueMenu } from './queue-menu.tsx';
import { getSourceWord, listQueueRows, type QueueRow } from './queue-rows.ts';

/** Properties of the queue. */
export interface QueueProps {
  readonly slots: SlotsView;
  readonly queued: readonly TrainingView[];
}

/** The queue in its order: why each training waits, when it starts, what it takes and costs. */
export function Queue({ slots, queued }: QueueProps) {
  const rows = listQueueRows(slots, queued);
  return (
    <section aria-labelledby="queue" className={styles.section}>
      <header className={styles.header}>
        <h2 id="queue">
          Queue <span className="muted number">{slots.waiting_count}</span>
        </h2>
        <SlotsControl slots={slots} />
      </header>
      {rows.length === 0 ? (
        <p className={styles.empty}>
          The queue is empty. <Link to="/actors">Choose an actor</Link> or{' '}
          <Link to="/auto-train">plan auto-training</Link>.
        </p>
      ) : (
        <QueueTable rows={rows} />
      )}
      {rows.length > 0 && slots.waiting_count > rows.length && (
        <p className="muted small">The first {rows.length} are shown.</p>
      )}
    </section>
  );
}

const COLUMNS: readonly { readonly name: string; readonly className?: string | undefined }[] = [
  { name: '#', className: `number ${styles.place}` },
  { name: 'Actor' },
  { name: 'Images', className: `number ${styles.wide}` },
  { name: 'Why it waits', className: styles.wide },
  { name: 'Starts', className: 'number' },
  { name: 'Takes', className: `number ${styles.wide}` },
  { name: 'Estimate', className: `number ${styles.wide}` },
  { name: 'From', className: styles.wide },
];

function QueueTable({ rows }: { readonly rows: readonly QueueRow[] }) {
  const canWrite = useScope('write');
  return (
    <table className={styles.table}>
      <caption className="visually-hidden">Queued trainings in the order in which they start</caption>
      <thead>
        <tr>
          {COLUMNS.map(({ name, className }) => (
            <th key={name} scope="col" className={className}>
              {name}
            </th>
          ))}
          {canWrite && (
            <th scope="col" className={styles.actions}>
              <span className="visually-hidden">Actions</span>
            </th>
          )}
        </tr>
      </thead>
      <tbody>
        {rows.map((row, index) => (
          <Row key={row.id} rows={rows} index={index} canWrite={canWrite} />
        ))}
      </tbody>
    </table>
  );
}

interface RowProps {
  readonly rows: readonly QueueRow[];
  readonly index: number;
  readonly canWrite: boolean;
}

function Row({ rows, index, canWrite }: RowProps) {
  const row = rows[index] as QueueRow;
  const subject = useSubject({ kind: row.kind, id: row.subjectId });
  const now = useServerNow();
  const reason = row.waiting ? getWaitingWords(row.waiting, now, row.training) : '';
  const takes = row.seconds === null ? '' : formatRoundDuration(row.seconds);
  const cost = row.usd === null ? '' : formatUsd(row.usd);
  return (
    <tr>
      <td className={`number muted ${styles.place}`}>{index + 1}</td>
      <td>
        <Subject row={row} subject={subject} facts={[reason, takes, cost]} />
      </td>
      <td className={`number ${styles.wide}`}>{row.imageCount}</td>
      <td className={`muted ${styles.wide} ${styles.reason}`} title={row.waiting?.text}>
        {reason}
      </td>
      <td className="number">
        <Start at={row.start} />
      </td>
      <td className={`number ${styles.wide}`}>{takes}</td>
      <td className={`number ${styles.wide}`}>{cost}</td>
      <td className={`${styles.wide} ${styles.source}`}>{getSourceWord(row.source)}</td>
      {canWrite && (
        <td className={styles.actions}>
          <QueueMenu rows={rows} index={index} name={subject.name} />
        </td>
      )}
    </tr>
  );
}

interface SubjectProps {
  readonly row: QueueRow;
  readonly subject: NamedSubject;
  /** The facts of the columns that a phone has no room for. */
  readonly facts: readonly string[];
}

function Subject({ row, subject, facts }: SubjectProps) {
  return (
    <div className={styles.subject}>
      <Poster kind={row.kind} subject={subject} size="row" />
      <div className={styles.names}>
        <Link to="/trainings/$id" params={{ id: row.id }} className={styles.name}>
          {toTrainingName(subject, row.versionName)}
        </Link>
        <span className={styles.narrow}>{facts.filter((each) => each !== '').join(' · ')}</span>
      </div>
    </div>
  );
}

function Start({ at }: { readonly at: string | null }) {
  if (at === null)
    return (
      <span className="faint">
        <span aria-hidden="true">–</span>
        <span className="visually-hidden">unknown</span>
      </span>
    );
  return (
    <time dateTime={at} title={formatUtc(at)}>
      {Date.parse(at) <= getServerNow() ? 'now' : formatTime(at, getServerNow())}
    </time>
  );
}
