import type { MouseEvent, ReactNode } from 'react';
import styles from './button.module.css';

/** Properties of a button. */
export interface ButtonProps {
  readonly children: ReactNode;
  /** `primary` for the one main action of a page, `danger` for a destructive one, `quiet` without a border, `text` in a sentence. */
  readonly kind?: 'primary' | 'secondary' | 'danger' | 'quiet' | 'text';
  readonly type?: 'button' | 'submit';
  readonly onClick?: (event: MouseEvent<HTMLButtonElement>) => void;
  /** Accessible name of a button without a text. */
  readonly label?: string;
  /** Why the action is unavailable: the button stays focusable and describes the reason. */
  readonly unavailable?: string | undefined;
  /** The action was requested and has not ended; further clicks do nothing. */
  readonly busy?: boolean;
  readonly pressed?: boolean;
}

/** Button of the studio. An unavailable one is `aria-disabled`, never silently disabled. */
export function Button({
  children,
  kind = 'secondary',
  type = 'button',
  onClick,
  label,
  unavailable,
  busy,
  pressed,
}: ButtonProps) {
  const inactive = unavailable !== undefined || busy === true;
  return (
    <button
      type={type}
      className={`${styles.button} ${styles[kind] ?? ''}`}
      aria-label={label}
      aria-disabled={inactive || undefined}
      aria-busy={busy || undefined}
      aria-pressed={pressed}
      title={unavailable ?? label}
      onClick={(event) => {
        if (inactive) event.preventDefault();
        else onClick?.(event);
      }}
    >
      {children}
      {unavailable !== undefined && <span className="visually-hidden">: {unavailable}</span>}
    </button>
  );
}

/** Class of a link that looks like a secondary button, since it leads to a page. */
export const LINK_BUTTON = `${styles.button} ${styles.linkButton}`;
