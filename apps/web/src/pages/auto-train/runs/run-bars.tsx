import { Link } from '@tanstack/react-router';
import type { AutoTrainProgressView } from '@trainyard/contracts';
import { formatDuration, formatUsd } from '@trainyard/domain';
import { Poster } from '../../../parts/graphics/poster.tsx';
import styles from './runs.module.css';

type Training = AutoTrainProgressView['trainings'][number];

/** The trainings of a run, each with its state, bar, time and cost. */
export function RunBars({ trainings }: { readonly trainings: readonly Training[] }) {
  if (trainings.length === 0) return <p className="muted">This run enqueued no training.</p>;
  return (
    <ul className={styles.bars}>
      {trainings.map((training) => (
        <TrainingBar key={training.id} training={training} />
      ))}
    </ul>
  );
}

function TrainingBar({ training }: { readonly training: Training }) {
  const { id, subject_id: subject, trigger, version_name: version, status } = training;
  const share = getShare(training);
  const word = describeState(training);
  return (
    <li className={styles.bar} data-training={id}>
      <Poster subject={{ id: subject, name: trigger }} size="row" />
      <Link to="/trainings/$id" params={{ id }} className={styles.name}>
        {trigger}
        {version && ` · ${version}`}
      </Link>
      <div
        className={styles.track}
        role="progressbar"
        aria-label={`Progress of ${trigger}`}
        aria-valuemin={0}
        aria-valuemax={100}
        aria-valuenow={Math.floor(share * 100)}
        aria-valuetext={word}
      >
        <div className={`${styles.fill} ${styles[status] ?? ''}`} style={{ inlineSize: `${share * 100}%` }} />
      </div>
      <span className={styles.word}>{word}</span>
      <span className={`number ${styles.cost}`}>{formatCost(training)}</span>
    </li>
  );
}

function getShare({ status, progress }: Training): number {
  if (['completed', 'failed', 'timed_out', 'cancelled', 'finalizing'].includes(status)) return 1;
  if (!progress || progress.total_steps <= 0) return 0;
  return Math.min(1, Math.max(0, progress.step / progress.total_steps));
}

/** State with its time: `18 min to 22 min left`, `next in the queue`, `Failed: out of memory`. */
function describeState(training: Training): string {
  const { status, waiting, failure, progress } = training;
  switch (status) {
    case 'queued':
      return waiting?.text ?? 'Queued';
    case 'submitting':
      return 'Submitting';
    case 'unconfirmed':
      return 'Unconfirmed';
    case 'submitted':
      return 'Waiting for GPU';
    case 'running':
      return progress?.remaining
        ? formatRemaining(progress.remaining.range_seconds)
        : describeRunning(training);
    case 'cancelling':
      return 'Cancelling';
    case 'finalizing':
      return 'Finishing';
    case 'completed':
      return 'Ready to review';
    case 'timed_out':
      return 'Timed out';
    case 'cancelled':
      return 'Cancelled';
    case 'failed':
      return `Failed: ${failure?.class.replaceAll('_', ' ') ?? 'unknown cause'}`;
  }
}

function describeRunning({ progress }: Training): string {
  return progress
    ? `${progress.step.toLocaleString('en')} of ${progress.total_steps.toLocaleString('en')}`
    : 'Loading';
}

function formatRemaining([low, high]: readonly [number, number]): string {
  const [from, to] = [formatDuration(low), formatDuration(high)];
  return from === to ? `${to} left` : `${from} to ${to} left`;
}

function formatCost({ cost_usd: cost, expected_usd: expected, status }: Training): string {
  if (cost !== null) return `cost ${formatUsd(cost)}`;
  return expected === null || ['cancelled', 'failed', 'timed_out'].includes(status)
    ? ''
    : `estimate ${formatUsd(expected)}`;
}
