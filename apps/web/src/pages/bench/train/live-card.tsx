import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import type { TrainingDetail } from '@trainyard/contracts';
import { createTrainingQuery } from '../../../api/resources/queries.ts';
import { Panel } from '../../../parts/messages/panel.tsx';
import { formatCount } from '../../../parts/words/format.ts';
import { StateLabel } from '../../../parts/words/state-label.tsx';
import { useTimeLeft } from '../../../parts/words/time-left.tsx';
import styles from './train.module.css';

/** The live training of the actor, above the form. */
export function LiveCard({ id }: { readonly id: string }) {
  const training = useQuery(createTrainingQuery(id));
  return (
    <Panel query={training} height="4rem">
      {(data) => <Live training={data} />}
    </Panel>
  );
}

function Live({ training }: { readonly training: TrainingDetail }) {
  const { id, subject_id: subject, version_name: version, progress, waiting } = training;
  const { range, words } = useTimeLeft(training);
  return (
    <section className={styles.notice} aria-label="Live training">
      <div className={styles.noticeHead}>
        <h2>
          <Link to="/trainings/$id" params={{ id }}>
            {subject} · {version ?? 'next version'}
          </Link>
        </h2>
        <StateLabel training={training} />
        <p className={styles.left}>{waiting ? waiting.text : [range, words].filter(Boolean).join(' ')}</p>
        {progress && (
          <p className="muted number">
            {formatCount(progress.step)} of {formatCount(progress.total_steps)} steps
          </p>
        )}
      </div>
    </section>
  );
}
