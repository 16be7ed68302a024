import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import type { TrainingDetail } from '@trainyard/contracts';
import { useServerNow } from '../../../api/clock.ts';
import { slotsQuery } from '../../../api/resources/queries.ts';
import { createVersionsQuery } from '../../../api/resources/versions.ts';
import { formatLoss } from '../../../parts/chart/curve-words.ts';
import { Poster } from '../../../parts/graphics/poster.tsx';
import { Verdict } from '../../../parts/verdict/verdict.tsx';
import { formatCount, formatUtc } from '../../../parts/words/format.ts';
import { Money } from '../../../parts/words/money.tsx';
import { StateLabel } from '../../../parts/words/state-label.tsx';
import { getStateWord } from '../../../parts/words/state-words.ts';
import { Age, useTimeLeft } from '../../../parts/words/time-left.tsx';
import { toVisibleText } from '../../../parts/words/visible-text.ts';
import { Actions } from '../actions/actions.tsx';
import { getShare, toMainLine } from '../facts/head-words.ts';
import { isEnded } from '../facts/phases.ts';
import type { TrainingProps } from '../facts/queries.ts';
import { describeSilence } from '../facts/run-check.ts';
import styles from './head.module.css';

/** Head of the page: the same rows in every state, so that a change of state moves nothing. */
export function Head({ training, subject }: TrainingProps) {
  return (
    <header className={styles.head}>
      <Poster subject={subject} kind={subject.kind} size="head" />
      <div className={styles.names}>
        <p className={`${styles.crumb} muted`}>
          {subject.kind === 'actor' ? (
            <Link to="/actors/$id" params={{ id: subject.id }}>
              {subject.name}
            </Link>
          ) : (
            subject.name
          )}
        </p>
        <div className={styles.title}>
          <h1>
            <span className="visually-hidden">{subject.name} </span>
            {training.version_name ?? 'Next version'}
          </h1>
          <StateLabel training={training} verdict={training.version?.verdict} explained />
        </div>
      </div>
      <Actions training={training} subject={subject} />
      <div className={styles.run}>
        <div className={styles.row}>
          <MainLine training={training} />
          {training.model && <HeadVerdict training={training} subject={subject} />}
        </div>
        <Bar training={training} />
        <Facts training={training} />
      </div>
    </header>
  );
}

/** The verdict on the version, which the list of versions shows too. */
function HeadVerdict({ training, subject }: TrainingProps) {
  const versions = useQuery(createVersionsQuery(subject)).data;
  const version = versions?.find(({ training_id: id }) => id === training.id);
  if (!versions || !version) return null;
  return <Verdict subject={subject} version={version} versions={versions} />;
}

function MainLine({ training }: { readonly training: TrainingDetail }) {
  const now = useServerNow();
  const left = useTimeLeft(training);
  const word = getStateWord(training, now, training.version?.verdict);
  const next = useQuery({ ...slotsQuery, enabled: training.status === 'queued' }).data?.next;
  const start = next?.find((each) => each.training_id === training.id)?.estimated_start;
  const share = getShare(training);
  const line =
    training.status === 'running'
      ? {
          large: left.range ?? (share === undefined ? word.text : `${Math.floor(share * 100)} %`),
          words: describeSilence(training, now) === undefined ? left.words : left.about,
        }
      : toMainLine(training, word.text, { now, start });
  return (
    <p className={styles.main}>
      <span className="large-number">{line.large}</span>{' '}
      <time className="muted" title={left.end === null ? undefined : formatUtc(left.end)}>
        {toVisibleText(line.words)}
      </time>
    </p>
  );
}

/** Progress of the steps; a bar without a value while no step is reported. */
function Bar({ training }: { readonly training: TrainingDetail }) {
  const share = getShare(training);
  const ended = isEnded(training);
  const { progress } = training;
  const text = progress
    ? `${formatCount(progress.step)} of ${formatCount(progress.total_steps)} steps`
    : 'no step is reported';
  return (
    <div
      className={styles.bar}
      role="progressbar"
      aria-label="Progress of the training"
      aria-valuetext={text}
      {...(share !== undefined && { 'aria-valuenow': Math.floor(share * 100) })}
    >
      <div
        className={`${styles.fill} ${ended ? styles[training.status] : ''}`}
        style={{ transform: `scaleX(${share ?? 0})` }}
      />
    </div>
  );
}

function Facts({ training }: { readonly training: TrainingDetail }) {
  const { progress, max_attempts: max, attempts_spent: spent } = training;
  const silence = describeSilence(training, useServerNow());
  const ended = isEnded(training);
  return (
    <ul className={styles.facts}>
      {progress && <Steps progress={progress} status={training.status} />}
      {progress && (
        <li>
          {ended ? 'final loss' : 'loss'}{' '}
          <strong className="number">
            {progress.loss === null ? 'is no number' : formatLoss(progress.loss)}
          </strong>
        </li>
      )}
      <li>
        <Money training={training} />
      </li>
      {spent > 1 && (
        <li>
          attempt {spent} of {max}
        </li>
      )}
      {!ended && progress?.reported_at && silence === undefined && (
        <li>
          report <Age at={progress.reported_at} /> ago
        </li>
      )}
      {silence !== undefined && <li>{silence}</li>}
    </ul>
  );
}

interface StepsProps {
  readonly progress: NonNullable<TrainingDetail['progress']>;
  readonly status: TrainingDetail['status'];
}

/** The last report precedes the end: a completed training did all its steps. */
function Steps({ progress: { step, total_steps: total }, status }: StepsProps) {
  const done = formatCount(total);
  return (
    <li>
      <strong className="number">{status === 'completed' ? done : `${formatCount(step)} / ${done}`}</strong>{' '}
      steps
    </li>
  );
}
