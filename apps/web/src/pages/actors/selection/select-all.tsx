import type { ActorSummary } from '../../../api/resources/types.ts';
import styles from './selection-bar.module.css';
import type { Selection } from './use-selection.ts';

/** Properties of the box that selects all. */
export interface SelectAllProps {
  readonly actors: readonly ActorSummary[];
  readonly selection: Selection;
  /** The label is the accessible name only. */
  readonly isHidden?: boolean;
}

/** Box that selects all shown actors; mixed while some of them are selected. */
export function SelectAll({ actors, selection, isHidden = false }: SelectAllProps) {
  const count = actors.filter(({ id }) => selection.has(id)).length;
  const label = `Select all ${actors.length}`;
  return (
    <label className={styles.selectAll}>
      <input
        type="checkbox"
        checked={count > 0 && count === actors.length}
        ref={(box) => {
          if (box) box.indeterminate = count > 0 && count < actors.length;
        }}
        onChange={() => selection.toggleAll(actors)}
      />
      <span className={isHidden ? 'visually-hidden' : 'muted'}>{label}</span>
    </label>
  );
}
