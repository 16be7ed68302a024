import { useQuery } from '@tanstack/react-query';
import type { TrainingView } from '@trainyard/contracts';
import { createTrainingsQuery } from '../../../api/resources/queries.ts';
import styles from './actors.module.css';

/** Statuses after the queue: their runs live, or end just now. */
const ACTIVE = 'submitting,unconfirmed,submitted,running,cancelling,finalizing';
const QUEUED = 'queued';
const activeQuery = createTrainingsQuery({ status: ACTIVE, limit: 100 });

/** Progress of the live training of an actor: `62 %`, or its state before the first step. */
export function LiveBar({ trainingId, name }: { readonly trainingId: string; readonly name: string }) {
  const { data } = useQuery(activeQuery);
  const training = data?.trainings.find(({ id }) => id === trainingId);
  const share = getShare(training);
  const text = training || !data ? describe(training, share) : QUEUED;
  return (
    <span className={styles.live} data-queued={text === QUEUED || undefined}>
      <progress
        className={styles.bar}
        aria-label={`Training of ${name}`}
        aria-valuetext={text}
        max={1}
        {...(share !== undefined && { value: share })}
      />
      <span className="number small">{text}</span>
    </span>
  );
}

function getShare(training: TrainingView | undefined): number | undefined {
  const progress = training?.progress;
  return progress && progress.total_steps > 0 ? Math.min(1, progress.step / progress.total_steps) : undefined;
}

function describe(training: TrainingView | undefined, share: number | undefined): string {
  if (share !== undefined) return `${Math.floor(share * 100)} %`;
  return training?.status === 'running' ? 'loading' : 'starting';
}
