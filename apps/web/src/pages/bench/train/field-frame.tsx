import { Info } from 'lucide-react';
import type { ReactNode } from 'react';
import styles from './field.module.css';

/** Properties of the frame of a field. */
export interface FieldFrameProps {
  /** Id of the control; its hint has the id with `-hint`. */
  readonly id: string;
  readonly label: string;
  /** Mark of an edit with its reset. */
  readonly mark?: ReactNode;
  /** Sentences about meaning and bound, shown on demand. */
  readonly about?: readonly string[];
  readonly hint?: ReactNode;
  readonly issue?: string | undefined;
  readonly warning?: string | undefined;
  /** Width of the whole form. */
  readonly isWide?: boolean;
  readonly children: ReactNode;
}

/** Label, control, hint and fault of a field. */
export function FieldFrame({
  id,
  label,
  mark,
  about,
  hint,
  issue,
  warning,
  isWide,
  children,
}: FieldFrameProps) {
  return (
    <div className={`${styles.field} ${isWide ? styles.wide : ''}`}>
      <div className={styles.top}>
        <label htmlFor={id}>{label}</label>
        {about && <About id={id} label={label} sentences={about} />}
      </div>
      {children}
      <div id={`${id}-hint`} className={styles.hint}>
        {mark}
        {issue ? <p className={styles.issue}>{issue}</p> : hint && <p>{hint}</p>}
        {warning && !issue && <p className={styles.warning}>{warning}</p>}
      </div>
    </div>
  );
}

function About({
  id,
  label,
  sentences,
}: {
  readonly id: string;
  readonly label: string;
  readonly sentences: readonly string[];
}) {
  return (
    <>
      <button
        type="button"
        className={styles.info}
        popoverTarget={`${id}-about`}
        aria-label={`About ${label}`}
      >
        <Info size={14} aria-hidden />
      </button>
      <div id={`${id}-about`} popover="auto" className={styles.about}>
        {sentences.map((sentence) => (
          <p key={sentence}>{sentence}</p>
        ))}
      </div>
    </>
  );
}
