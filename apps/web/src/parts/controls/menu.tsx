import { EllipsisVertical } from 'lucide-react';
import { type ReactNode, useId } from 'react';
import { useOfflineReason } from '../../api/live/link-state.ts';
import styles from './menu.module.css';

/** An action of a menu. */
export interface MenuAction {
  readonly label: string;
  readonly onSelect: () => void;
  /** Why the action is unavailable. */
  readonly unavailable?: string | undefined;
  readonly danger?: boolean;
}

/** Properties of a menu. */
export interface MenuProps {
  /** Accessible name: `Actions of 0019 · V7`. */
  readonly label: string;
  readonly actions: readonly MenuAction[];
  /** Links before the actions. */
  readonly children?: ReactNode;
}

/** Button that opens a list of actions. Escape and a click outside close it; Tab reaches its entries. */
export function Menu({ label, actions, children }: MenuProps) {
  const id = useId();
  const offline = useOfflineReason();
  const close = (): void => document.getElementById(id)?.hidePopover();
  return (
    <>
      <button type="button" className={styles.opener} popoverTarget={id} aria-label={label} title={label}>
        <EllipsisVertical size={18} aria-hidden />
      </button>
      <div id={id} popover="auto" className={styles.menu}>
        <ul aria-label={label}>
          {children}
          {actions.map(({ label: word, onSelect, unavailable = offline, danger = false }) => (
            <li key={word}>
              <button
                type="button"
                className={`${styles.entry} ${danger ? styles.danger : ''}`}
                aria-disabled={unavailable === undefined ? undefined : true}
                title={unavailable}
                onClick={() => {
                  if (unavailable !== undefined) return;
                  close();
                  onSelect();
                }}
              >
                {word}
                {unavailable !== undefined && <span className="faint small"> {unavailable}</span>}
              </button>
            </li>
          ))}
        </ul>
      </div>
    </>
  );
}
