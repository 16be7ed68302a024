import { Link } from '@tanstack/react-router';
import type { CandidatesView } from '@trainyard/contracts';
import styles from './auto-train.module.css';
import { listReasonFilters } from './data/reasons.ts';

/** Properties of the filters. */
export interface ReasonFiltersProps {
  readonly view: CandidatesView;
  readonly current: string | undefined;
}

/** Filters of the candidates: those that qualify, and the reasons against the others with their numbers. */
export function ReasonFilters({ view, current }: ReasonFiltersProps) {
  const filters = listReasonFilters(view);
  const chosen = filters.some(({ code }) => code === current) ? current : undefined;
  return (
    <nav aria-label="Candidates by reason">
      <ul className={styles.chips}>
        {filters.map(({ code, label, count }) => (
          <li key={code ?? ''}>
            <Link
              from="/auto-train"
              to="/auto-train"
              search={(before) => ({ ...before, reason: code })}
              replace
              resetScroll={false}
              className={styles.chip}
              data-current={code === chosen || undefined}
              activeOptions={{ exact: true }}
            >
              {label} <span className="number">{count}</span>
            </Link>
          </li>
        ))}
      </ul>
    </nav>
  );
}
