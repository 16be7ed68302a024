import { useQuery } from '@tanstack/react-query';
import type { AutoTrainRunView } from '@trainyard/contracts';
import { useEffect, useState } from 'react';
import { request } from '../../../api/http/request.ts';
import type { ActorSummary } from '../../../api/resources/types.ts';
import { Button } from '../../../parts/controls/button.tsx';
import { formatRoundDuration, formatUsd } from '../../../parts/words/format.ts';
import type { MarkFailure } from './mark-reviewed.ts';
import styles from './selection-bar.module.css';
import { toOrder } from './selection-order.ts';
import type { Selection } from './use-selection.ts';

/** Properties of the bar. */
export interface SelectionBarProps {
  readonly selection: Selection;
  readonly onTrain?: () => void;
  readonly onMark: () => void;
  readonly isMarking: boolean;
  readonly isAllReviewed: boolean;
  readonly failures: readonly MarkFailure[];
  readonly onDismiss: () => void;
}

/** What can be done with the selected actors, at the foot of the window. */
export function SelectionBar(props: SelectionBarProps) {
  const { selection, onTrain, onMark, isMarking, isAllReviewed, failures, onDismiss } = props;
  const { actors, clear } = selection;
  if (actors.length === 0 && failures.length === 0) return null;
  return (
    <section className={styles.bar} aria-label="Selected actors">
      {failures.length > 0 && <Failures failures={failures} onDismiss={onDismiss} />}
      {actors.length > 0 && (
        <div className={styles.row}>
          <p className={`${styles.text} number`}>
            <strong>{actors.length} selected</strong>
            <PlanFigures actors={actors} />
          </p>
          <div className={styles.buttons}>
            <Button kind="quiet" onClick={clear}>
              Clear
            </Button>
            <Button
              busy={isMarking}
              onClick={onMark}
              unavailable={isAllReviewed ? 'All selected actors are reviewed' : undefined}
            >
              {isMarking ? 'Marking…' : 'Mark reviewed'}
            </Button>
            {onTrain && (
              <Button kind="primary" onClick={onTrain}>
                Train…
              </Button>
            )}
          </div>
        </div>
      )}
    </section>
  );
}

const PLAN_DELAY_MS = 400;

/** Time and estimated cost of the trainings that would start, by a dry run. */
function PlanFigures({ actors }: { readonly actors: readonly ActorSummary[] }) {
  const key = actors.map(({ id }) => id).join();
  const settled = useSettled(key, PLAN_DELAY_MS);
  const order = toOrder(actors);
  const { data, error, isFetching } = useQuery({
    queryKey: ['auto-train', 'plan', order],
    enabled: settled === key,
    queryFn: ({ signal }) =>
      request<AutoTrainRunView>('/api/auto-train/runs', {
        method: 'POST',
        body: { ...order, dry_run: true },
        signal,
      }),
    retry: false,
  });
  if (error && settled === key) return <span className={styles.fault}>no estimate: {error.message}</span>;
  if (!data || isFetching || settled !== key) return <span className="muted">estimating…</span>;
  return <span className="muted">{formatPlan(data, actors.length)}</span>;
}

/** A value that has not changed for some time. */
function useSettled(value: string, delayMs: number): string {
  const [settled, setSettled] = useState(value);
  useEffect(() => {
    const timer = setTimeout(() => setSettled(value), delayMs);
    return () => clearTimeout(timer);
  }, [value, delayMs]);
  return settled;
}

function formatPlan({ enqueued, estimate }: AutoTrainRunView, selected: number): string {
  const { length: count } = enqueued;
  if (count === 0) return 'none can be trained by auto-train now';
  const who = count === selected ? '' : `${count} can be trained: `;
  const cost = estimate.cost_usd === null ? 'cost unknown' : `estimate ${formatUsd(estimate.cost_usd)}`;
  return `${who}about ${formatRoundDuration(estimate.duration_seconds)}, ${cost}`;
}

interface FailuresProps {
  readonly failures: readonly MarkFailure[];
  readonly onDismiss: () => void;
}

function Failures({ failures, onDismiss }: FailuresProps) {
  return (
    <div className={styles.failures} role="alert">
      <p>
        <strong>{failures.length === 1 ? '1 actor was' : `${failures.length} actors were`} not marked</strong>
      </p>
      <ul>
        {failures.map(({ actor, reason }) => (
          <li key={actor.id}>
            {actor.name}: {reason}
          </li>
        ))}
      </ul>
      <Button onClick={onDismiss}>Close</Button>
    </div>
  );
}
