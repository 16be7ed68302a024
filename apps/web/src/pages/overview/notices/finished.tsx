import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import type { TrainingDetail, TrainingView } from '@trainyard/contracts';
import { getServerNow } from '../../../api/clock.ts';
import { toTrainingPicturePath } from '../../../api/resources/pictures.ts';
import { createTrainingQuery } from '../../../api/resources/queries.ts';
import { toTrainingName, useSubject } from '../../../api/resources/subjects.ts';
import { LINK_BUTTON } from '../../../parts/controls/button.tsx';
import { Picture } from '../../../parts/graphics/picture.tsx';
import { Poster } from '../../../parts/graphics/poster.tsx';
import { formatRoundDuration, formatTime, formatUtc } from '../../../parts/words/format.ts';
import { Money } from '../../../parts/words/money.tsx';
import { StateLabel } from '../../../parts/words/state-label.tsx';
import styles from './finished.module.css';

const SHOWN = 8;

/** Properties of the list. */
export interface FinishedProps {
  readonly ended: readonly TrainingView[];
  /** Trainings whose model is being verified, without a slot. */
  readonly finishing: readonly TrainingView[];
}

/** The trainings that ended last, newest first, with a sample of each model. */
export function Finished({ ended, finishing }: FinishedProps) {
  const sorted = ended.toSorted((one, other) => (getEnd(one) > getEnd(other) ? -1 : 1));
  const rows = [...finishing, ...sorted].slice(0, SHOWN);
  if (rows.length === 0) return null;
  return (
    <section aria-labelledby="finished" className={styles.section}>
      <h2 id="finished">Finished lately</h2>
      <ul className={styles.list}>
        {rows.map((training) => (
          <FinishedRow key={training.id} training={training} />
        ))}
      </ul>
    </section>
  );
}

function getEnd({ ended_at: end, changed_at: changed }: TrainingView): string {
  return end ?? changed;
}

function FinishedRow({ training }: { readonly training: TrainingView }) {
  const isCompleted = training.status === 'completed';
  const { data: detail, isPending } = useQuery({ ...createTrainingQuery(training.id), enabled: isCompleted });
  const subject = useSubject({ kind: training.kind, id: training.subject_id });
  const verdict = detail?.version?.verdict ?? null;
  const end = getEnd(training);
  const seconds = training.execution_seconds;
  return (
    <li className={styles.row}>
      <Sample detail={detail} training={training} />
      <Link to="/trainings/$id" params={{ id: training.id }} className={styles.name}>
        {toTrainingName(subject, training.version_name)}
      </Link>
      <span className={styles.state}>
        {isCompleted && isPending ? null : <StateLabel training={training} verdict={verdict} />}
        <span className={styles.narrow}>
          {seconds !== null && formatRoundDuration(seconds)} <Money training={training} />
        </span>
      </span>
      <time className={`number muted ${styles.end}`} dateTime={end} title={formatUtc(end)}>
        {formatTime(end, getServerNow())}
      </time>
      <span className={`number ${styles.takes}`}>{seconds === null ? '' : formatRoundDuration(seconds)}</span>
      <span className={styles.cost}>
        <Money training={training} />
      </span>
      <span className={styles.action}>
        <NextStep training={training} isToReview={isCompleted && detail !== undefined && verdict === null} />
      </span>
    </li>
  );
}

/** First sample of the model, or the poster of the subject. */
function Sample({
  detail,
  training,
}: {
  readonly detail: TrainingDetail | undefined;
  readonly training: TrainingView;
}) {
  const subject = useSubject({ kind: training.kind, id: training.subject_id });
  const sample = detail?.pictures.find(({ kind }) => kind === 'sample');
  if (!sample) return <Poster kind={training.kind} subject={subject} size="row" />;
  const version = [training.subject_id, training.version_name].filter((each) => each !== null).join(' ');
  return (
    <span className={styles.sample}>
      <Picture
        path={toTrainingPicturePath(training.id, sample.name)}
        alt={`Sample of ${version}: ${sample.prompt ?? sample.name}`}
        sizes="36px"
        ratio="3 / 4"
      />
    </span>
  );
}

function NextStep({
  training,
  isToReview,
}: {
  readonly training: TrainingView;
  readonly isToReview: boolean;
}) {
  const { id, kind, status, subject_id: subjectId } = training;
  if (isToReview && kind === 'actor')
    return (
      <Link to="/actors/$id" params={{ id: subjectId }} search={{ tab: 'versions' }} className={LINK_BUTTON}>
        Review
      </Link>
    );
  const isFailed = status === 'failed' || status === 'timed_out';
  return (
    <Link to="/trainings/$id" params={{ id }} className={LINK_BUTTON}>
      {isFailed ? 'Why' : 'Open'}
    </Link>
  );
}
