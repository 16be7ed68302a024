import { CircleAlert, Info } from 'lucide-react';
import { useServerNow } from '../../../api/clock.ts';
import { formatDay } from '../../../parts/words/format.ts';
import { toVisibleText } from '../../../parts/words/visible-text.ts';
import { DecisionButtons } from '../actions/decision-buttons.tsx';
import { isEnded } from '../facts/phases.ts';
import type { TrainingProps } from '../facts/queries.ts';
import styles from './notices.module.css';

/** What needs a person about a training, with the decisions, and what is no longer kept. */
export function Notices({ training, subject }: TrainingProps) {
  const now = useServerNow();
  const attention = training.needs_attention?.reason;
  const { pruned_at: pruned, status } = training;
  const isStored = training.cancel_requested && !isEnded(training) && status !== 'cancelling';
  const isHeld = status === 'unconfirmed' || training.hold !== null;
  if (attention === undefined && pruned === null && !isStored && !isHeld) return null;
  return (
    <div className={styles.notices}>
      {attention !== undefined && (
        <p className={styles.attention}>
          <CircleAlert size={16} aria-hidden />
          <span>
            <strong>Action required:</strong> {toVisibleText(attention)}
          </span>
        </p>
      )}
      {pruned !== null && <Notice text={`Only a summary is kept since ${formatDay(pruned, now)}.`} />}
      {isStored && (
        <Notice text="The cancel is stored. It applies as soon as Trainyard knows whether a run exists." />
      )}
      <DecisionButtons training={training} subject={subject} />
    </div>
  );
}

function Notice({ text }: { readonly text: string }) {
  return (
    <p className={styles.notice}>
      <Info size={16} aria-hidden />
      <span>{text}</span>
    </p>
  );
}
