import { Link } from '@tanstack/react-router';
import type { AutoTrainBatchView } from '@trainyard/contracts';
import { formatUsd } from '@trainyard/domain';
import { Button } from '../../../parts/controls/button.tsx';
import styles from './runs.module.css';
import { formatMoment } from './time.ts';

/** Properties of the list. */
export interface RunListProps {
  readonly runs: readonly AutoTrainBatchView[];
  readonly opened: string | undefined;
  /** Loads older runs; undefined at the end. */
  readonly onMore: (() => void) | undefined;
  readonly isLoading: boolean;
}

/** Runs, newest first: start, origin, result and cost. */
export function RunList({ runs, opened, onMore, isLoading }: RunListProps) {
  if (runs.length === 0)
    return <p className="muted">No run yet. Start one above, or let the schedule start it.</p>;
  return (
    <>
      <ul className={styles.list}>
        {runs.map((run) => (
          <li key={run.id}>
            <Link
              from="/auto-train"
              to="/auto-train"
              search={(before) => ({ ...before, run: run.id })}
              resetScroll={false}
              className={styles.run}
              activeOptions={{ exact: true }}
              data-current={run.id === opened || undefined}
              data-run={run.id}
            >
              <time dateTime={run.created_at} title={new Date(run.created_at).toUTCString()}>
                {formatMoment(run.created_at)}
              </time>
              <span className="muted">{run.tick_at === null ? 'manual' : 'scheduled'}</span>
              <span className={styles.result}>{formatResult(run)}</span>
              <span className="number">{formatRunCost(run)}</span>
            </Link>
          </li>
        ))}
      </ul>
      {onMore && (
        <Button kind="quiet" onClick={onMore} busy={isLoading}>
          Load older runs
        </Button>
      )}
    </>
  );
}

function formatResult({
  status,
  summary,
  enqueued_count: started,
  skipped_count: skipped,
  cancel_requested: cancelled,
}: AutoTrainBatchView): string {
  const left = `${skipped} skipped`;
  if (status !== 'ended' || summary === null)
    return `${cancelled ? 'cancelling' : 'open'}, ${started} started, ${left}`;
  if (started === 0) return `no training, ${left}`;
  const parts = [
    `${summary.successful} done`,
    `${summary.failed} failed`,
    ...(summary.cancelled > 0 ? [`${summary.cancelled} cancelled`] : []),
  ];
  return `${parts.join(', ')}, ${left}`;
}

function formatRunCost({ summary }: AutoTrainBatchView): string {
  if (summary === null) return '';
  if (summary.cost_usd !== null) return formatUsd(summary.cost_usd);
  return summary.cost_assumed_usd > 0 ? `assumed ${formatUsd(summary.cost_assumed_usd)}` : '';
}
