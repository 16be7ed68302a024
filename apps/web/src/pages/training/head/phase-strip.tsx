import type { TrainingView } from '@trainyard/contracts';
import { useServerNow } from '../../../api/clock.ts';
import { formatDuration, formatUtc } from '../../../parts/words/format.ts';
import { getShare } from '../facts/head-words.ts';
import { listPhases, type Phase } from '../facts/phases.ts';
import type { Attempts } from '../facts/queries.ts';
import styles from './phase-strip.module.css';

/** Properties of the phases. */
export interface PhaseStripProps {
  readonly training: TrainingView;
  readonly attempts: Attempts;
}

const STATE_WORDS: Readonly<Record<Phase['state'], string>> = {
  done: 'done',
  current: 'now',
  ahead: 'not started',
  stopped: 'ended here',
  unknown: 'not reported',
};

/** The phases with their times: a strip of bars, on phones a list. The present one grows with the time of the server. */
export function PhaseStrip({ training, attempts }: PhaseStripProps) {
  const share = getShare(training);
  return (
    <ol className={styles.phases} aria-label="Phases">
      {listPhases(training, attempts).map((phase) => (
        <li
          key={phase.name}
          className={`${styles.phase} ${styles[phase.state]}`}
          aria-current={phase.state === 'current' ? 'step' : undefined}
        >
          <span className={styles.bar} aria-hidden>
            <span
              className={styles.fill}
              style={{
                transform: `scaleX(${phase.name === 'Training' && phase.state === 'current' ? (share ?? 0) : 1})`,
              }}
            />
          </span>
          <span className={styles.name}>{phase.name}</span>
          <PhaseTime phase={phase} />
          <span className="visually-hidden">{STATE_WORDS[phase.state]}</span>
        </li>
      ))}
    </ol>
  );
}

function PhaseTime({ phase: { state, from, to } }: { readonly phase: Phase }) {
  const now = useServerNow();
  if (state === 'unknown') return <span className={styles.time}>not reported</span>;
  if (from === undefined) return <span className={styles.time}>–</span>;
  return (
    <time className={styles.time} title={formatUtc(from)}>
      {formatDuration(((to ?? now) - from) / 1_000)}
    </time>
  );
}
