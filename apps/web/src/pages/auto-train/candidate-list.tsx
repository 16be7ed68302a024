import { getRouteApi } from '@tanstack/react-router';
import type { AutoTrainRunView, CandidatesView } from '@trainyard/contracts';
import type { ReactNode } from 'react';
import { Button } from '../../parts/controls/button.tsx';
import styles from './auto-train.module.css';
import { CandidateRow } from './candidate-row.tsx';
import type { Candidate } from './data/reasons.ts';
import { useHeldRows } from './use-held-rows.ts';

const route = getRouteApi('/shell/auto-train');

/** Properties of the list. */
export interface CandidateListProps {
  readonly view: CandidatesView;
  readonly plan: AutoTrainRunView | undefined;
  readonly picked: ReadonlySet<string> | undefined;
  /** Undefined for a key that cannot start. */
  readonly onPick: ((picked: ReadonlySet<string> | undefined) => void) | undefined;
}

/** The candidates of the chosen filter with their rules, and the actors that the plan trains. */
export function CandidateList({ view, plan, picked, onPick }: CandidateListProps) {
  const { reason, unreviewed } = route.useSearch();
  const shown = useHeldRows(view, { reason, key: `${reason} ${unreviewed}` });
  const planned = new Map(plan?.enqueued.map((each) => [each.actor_id, each.planned]));
  const chosen = picked ?? new Set(planned.keys());
  const toggle = (id: string): void => {
    const next = new Set(chosen);
    if (!next.delete(id)) next.add(id);
    onPick?.(next);
  };
  const hasPlans = shown.some(({ actor_id: id }) => planned.has(id));
  if (shown.length === 0) return <NoCandidate />;
  return (
    <>
      {picked && <PickedNote count={picked.size} onClear={() => onPick?.(undefined)} />}
      <table className={styles.table} data-plans={hasPlans || undefined}>
        <caption className="visually-hidden">Candidates</caption>
        <ListHead>
          {onPick ? (
            <PickAll shown={shown} chosen={chosen} onPick={onPick} />
          ) : (
            <span className="visually-hidden">In the plan</span>
          )}
        </ListHead>
        <tbody>
          {shown.map((each) => (
            <CandidateRow
              key={each.actor_id}
              candidate={each}
              rules={view.rules}
              planned={planned.get(each.actor_id)}
              isChosen={chosen.has(each.actor_id)}
              onToggle={onPick && (() => toggle(each.actor_id))}
            />
          ))}
        </tbody>
      </table>
    </>
  );
}

function NoCandidate() {
  return <p className={styles.none}>No actor qualifies. Choose a reason above to see its actors.</p>;
}

function PickedNote({ count, onClear }: { readonly count: number; readonly onClear: () => void }) {
  return (
    <p className={styles.picked} role="status">
      {count} {count === 1 ? 'actor' : 'actors'} chosen by hand; the limit does not apply.
      <Button kind="quiet" onClick={onClear}>
        Choose by limit
      </Button>
    </p>
  );
}

/** The heads of the columns; the first column chooses actors. */
function ListHead({ children }: { readonly children: ReactNode }) {
  return (
    <thead>
      <tr>
        <th scope="col" className={styles.choice}>
          {children}
        </th>
        <th scope="col" className={styles.actor}>
          Actor and rules
        </th>
        <th scope="col" className={`number ${styles.images}`}>
          Images
        </th>
        <th scope="col" className={styles.preset}>
          Preset
        </th>
        <th scope="col" className={`number ${styles.takes}`}>
          Takes
        </th>
        <th scope="col" className={`number ${styles.costs}`}>
          Costs
        </th>
      </tr>
    </thead>
  );
}

interface PickAllProps {
  readonly shown: readonly Candidate[];
  readonly chosen: ReadonlySet<string>;
  readonly onPick: (picked: ReadonlySet<string> | undefined) => void;
}

function PickAll({ shown, chosen, onPick }: PickAllProps) {
  const ids = shown.filter(({ eligible }) => eligible).map(({ actor_id: id }) => id);
  const count = ids.filter((id) => chosen.has(id)).length;
  const isAll = ids.length > 0 && count === ids.length;
  return (
    <input
      type="checkbox"
      aria-label="Train all listed actors that qualify"
      checked={isAll}
      ref={(box) => {
        if (box) box.indeterminate = count > 0 && !isAll;
      }}
      onChange={() =>
        onPick(isAll ? new Set([...chosen].filter((id) => !ids.includes(id))) : chosen.union(new Set(ids)))
      }
    />
  );
}
