import { Link } from '@tanstack/react-router';
import { formatClock } from '@trainyard/client/report';
import type { AutoTrainRunView, CandidatesView } from '@trainyard/contracts';
import { formatDuration, formatUsd } from '@trainyard/domain';
import { useServerNow } from '../../api/clock.ts';
import styles from './auto-train.module.css';
import { listReasonFilters } from './data/reasons.ts';

/** Properties of the sentence. */
export interface PlanSentenceProps {
  readonly candidates: CandidatesView | undefined;
  /** Absent while it loads, and for a key that cannot plan. */
  readonly plan: AutoTrainRunView | undefined;
}

/** The sentence of what will happen: qualifying actors, and count, time, cost and end of the plan. */
export function PlanSentence({ candidates, plan }: PlanSentenceProps) {
  if (!candidates) return <h1 className={styles.sentence}>Auto-train</h1>;
  if (candidates.eligible_count === 0) return <NoActor view={candidates} />;
  const total = candidates.candidates.length;
  const isOne = candidates.eligible_count === 1;
  return (
    <h1 className={styles.sentence}>
      {candidates.eligible_count} of {total} {total === 1 ? 'actor' : 'actors'}{' '}
      {isOne ? 'qualifies' : 'qualify'}
      {plan ? <PlanFigures plan={plan} /> : '.'}
    </h1>
  );
}

function PlanFigures({ plan: { estimate, waiting } }: { readonly plan: AutoTrainRunView }) {
  const now = useServerNow();
  if (estimate.count === 0) return <>; no training starts.</>;
  const { duration_seconds: seconds, cost_usd: cost, last_end_at: end } = estimate;
  const verb = estimate.count === 1 ? 'starts' : 'start';
  return (
    <>
      ; {estimate.count} {waiting ? (estimate.count === 1 ? 'waits' : 'wait') : `${verb} now`}:{' '}
      <span className={styles.figures}>
        about {formatDuration(seconds)}, {cost === null ? 'cost unknown' : formatUsd(cost)}
      </span>
      {end !== null && <span className={styles.end}> last ends about {formatClock(end, now)}</span>}
    </>
  );
}

/** The most frequent reasons, each a link to its actors. */
function NoActor({ view }: { readonly view: CandidatesView }) {
  const reasons = listReasonFilters(view).filter(({ code }) => view.rules.some((rule) => rule.code === code));
  const total = view.candidates.length;
  return (
    <h1 className={styles.sentence}>
      {total === 0 ? 'The catalogue has no actors.' : 'No actor qualifies'}
      {reasons.length > 0 && ': '}
      {reasons.slice(0, 3).map(({ code, label, count }, at) => (
        <span key={code}>
          {at > 0 && ', '}
          <Link
            from="/auto-train"
            to="/auto-train"
            search={(before) => ({ ...before, reason: code })}
            replace
          >
            {count} {label}
          </Link>
        </span>
      ))}
      {reasons.length > 0 && '.'}
    </h1>
  );
}
