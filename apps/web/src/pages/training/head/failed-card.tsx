import { Link } from '@tanstack/react-router';
import { useServerNow } from '../../../api/clock.ts';
import { CopyButton } from '../../../parts/console/copy-button.tsx';
import { formatTime, formatUsd } from '../../../parts/words/format.ts';
import { FAILURE_WORDS } from '../../../parts/words/state-words.ts';
import { toVisibleText } from '../../../parts/words/visible-text.ts';
import { RetryButton } from '../actions/retry-button.tsx';
import type { TrainingProps } from '../facts/queries.ts';
import styles from './failed-card.module.css';

/** Card of a failed training: class, message, attempt, cost, and one next step as the server names it. */
export function FailedCard({ training, subject }: TrainingProps) {
  const now = useServerNow();
  const { failure, next_step: step } = training;
  if (!failure) return null;
  const message = toVisibleText(failure.message);
  return (
    <section className={styles.card} aria-labelledby="failure">
      <h2 id="failure" className={styles.title}>
        Failed: {FAILURE_WORDS[failure.class]}
      </h2>
      <pre className={styles.message}>{message}</pre>
      <p className="muted small">
        {training.attempts_spent === 0
          ? 'Before its first run'
          : `Attempt ${training.attempts_spent} of ${training.max_attempts}`}
        {training.ended_at !== null && `, ended ${formatTime(training.ended_at, now)}`}
        {training.cost_usd !== null && `, cost ${formatUsd(training.cost_usd)}`}
        {` (${toVisibleText(failure.code)})`}
      </p>
      <div className={styles.step}>
        {step && <p className={styles.text}>{step.text}</p>}
        <div className={styles.buttons}>
          <CopyButton text={message} what="message" />
          {step?.action === 'correct_images' && subject.kind === 'actor' && (
            <Link to="/actors/$id" params={{ id: subject.id }} search={{ tab: 'images' }}>
              Open Images
            </Link>
          )}
          <RetryButton training={training} subject={subject} />
        </div>
      </div>
    </section>
  );
}
