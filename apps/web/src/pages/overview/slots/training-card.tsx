import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import type { TrainingView } from '@trainyard/contracts';
import { useState } from 'react';
import { useServerNow } from '../../../api/clock.ts';
import { useScope } from '../../../api/resources/access.ts';
import { createProgressQuery } from '../../../api/resources/queries.ts';
import { toTrainingName, useSubject } from '../../../api/resources/subjects.ts';
import { Menu } from '../../../parts/controls/menu.tsx';
import { ActionQuestion } from '../../../parts/dialogs/action-question.tsx';
import { Poster } from '../../../parts/graphics/poster.tsx';
import { ProgressBar } from '../../../parts/graphics/progress-bar.tsx';
import { Sparkline } from '../../../parts/graphics/sparkline.tsx';
import { showToast } from '../../../parts/messages/toast.tsx';
import { formatCount, formatTime } from '../../../parts/words/format.ts';
import { getAmount, Money } from '../../../parts/words/money.tsx';
import { StateLabel } from '../../../parts/words/state-label.tsx';
import { Age, useTimeLeft } from '../../../parts/words/time-left.tsx';
import { useRequests } from '../data/requests.ts';
import styles from './cards.module.css';

/** Card of a live training: when it ends, how far it is, what it costs. */
export function TrainingCard({ training }: { readonly training: TrainingView }) {
  const subject = useSubject({ kind: training.kind, id: training.subject_id });
  const name = toTrainingName(subject, training.version_name);
  return (
    <article className={styles.card} aria-label={name}>
      <Link to="/trainings/$id" params={{ id: training.id }} tabIndex={-1} aria-hidden="true">
        <Poster kind={subject.kind} subject={subject} size="card" />
      </Link>
      <div className={styles.content}>
        <div className={styles.head}>
          <h3>
            <Link to="/trainings/$id" params={{ id: training.id }} className={styles.name}>
              {name}
            </Link>
          </h3>
          <StateLabel training={training} explained />
          <CardMenu training={training} name={name} />
        </div>
        <End training={training} />
        <Progress training={training} name={name} />
        <Facts training={training} />
      </div>
    </article>
  );
}

/** The large number of a card: the time left, or what is known about the end instead. */
function End({ training }: { readonly training: TrainingView }) {
  const { range, words, end } = useTimeLeft(training);
  const now = useServerNow();
  const { cancel_requested: cancel } = training;
  if (training.status === 'finalizing')
    return <Large large="Finishing" rest="the model file is being verified" />;
  if (training.status === 'cancelling')
    return (
      <Large
        large="Cancelling"
        rest={`${cancel ? `since ${formatTime(cancel.at, now)}; ` : ''}costs until RunPod confirms`}
      />
    );
  if (range !== undefined) return <Large large={range} rest={words} />;
  const large = end === null ? 'End unknown' : `About ${formatTime(end, now)}`;
  return <Large large={large} rest={getReason(training, words)} hint={words} />;
}

/** The reason in brief why a card has an estimated end instead of a time left. */
function getReason({ status, progress }: TrainingView, words: string): string {
  if (status !== 'running') return 'first estimate';
  if (!progress) return 'no step reported yet';
  return progress.remaining_withheld === 'silent'
    ? (words.split(';')[0] ?? '')
    : 'time left after the first minutes';
}

interface LargeProps {
  readonly large: string;
  readonly rest: string;
  readonly hint?: string;
}

function Large({ large, rest, hint }: LargeProps) {
  return (
    <p className={styles.end} title={hint}>
      <span className="large-number">{large}</span> <span className="muted">{rest}</span>
    </p>
  );
}

function Progress({ training, name }: { readonly training: TrainingView; readonly name: string }) {
  const { progress } = training;
  const share = progress && progress.total_steps > 0 ? progress.step / progress.total_steps : undefined;
  const isMoving = training.status === 'running' || training.status === 'finalizing';
  const text = progress
    ? `${formatCount(progress.step)} of ${formatCount(progress.total_steps)} steps`
    : 'No step reported yet';
  return (
    <ProgressBar label={`Progress of ${name}`} value={share ?? (isMoving ? undefined : 0)} text={text} />
  );
}

function Facts({ training }: { readonly training: TrainingView }) {
  const { progress, attempt, max_attempts: max } = training;
  return (
    <ul className={styles.facts}>
      <li>
        {progress ? (
          <span className="number">
            <strong>{formatCount(progress.step)}</strong> / {formatCount(progress.total_steps)} steps
          </span>
        ) : (
          <span className="muted">no step reported yet</span>
        )}
      </li>
      {progress?.loss != null && <Loss id={training.id} loss={progress.loss} />}
      <li>
        <Money training={training} />
      </li>
      {progress?.reported_at && (
        <li className="muted">
          report <Age at={progress.reported_at} /> ago
        </li>
      )}
      {attempt !== null && attempt > 1 && (
        <li className="muted">
          attempt {attempt} of {max}
        </li>
      )}
    </ul>
  );
}

function Loss({ id, loss }: { readonly id: string; readonly loss: number }) {
  const { data } = useQuery(createProgressQuery(id));
  return (
    <li className={styles.loss}>
      <span className="number">
        loss <strong>{loss.toFixed(3)}</strong>
      </span>
      <Sparkline points={data?.attempts.at(-1)?.points ?? []} />
    </li>
  );
}

function CardMenu({ training, name }: { readonly training: TrainingView; readonly name: string }) {
  const canWrite = useScope('write');
  const [isAsking, setAsking] = useState(false);
  const { poll } = useRequests();
  const check = (): void => {
    poll(training.id).then(
      () => showToast(`RunPod is being asked about ${name}.`),
      (error: Error) => showToast(`RunPod was not asked: ${error.message}`),
    );
  };
  const isCancellable = !['cancelling', 'finalizing'].includes(training.status);
  const actions = [
    { label: 'Check with RunPod now', onSelect: check },
    ...(isCancellable ? [{ label: 'Cancel training', onSelect: () => setAsking(true), danger: true }] : []),
  ];
  return (
    <>
      <Menu label={`Actions of ${name}`} actions={canWrite ? actions : []}>
        <li>
          <Link to="/trainings/$id" params={{ id: training.id }}>
            Open
          </Link>
        </li>
      </Menu>
      {isAsking && <CancelQuestion training={training} onClose={() => setAsking(false)} />}
    </>
  );
}

function CancelQuestion({
  training,
  onClose,
}: {
  readonly training: TrainingView;
  readonly onClose: () => void;
}) {
  const [key] = useState(() => crypto.randomUUID());
  const { cancel } = useRequests();
  const amount = getAmount(training, useServerNow());
  const label = [training.subject_id, training.version_name].filter((each) => each !== null).join(' · ');
  return (
    <ActionQuestion
      title={`Cancel the training of ${label}?`}
      keep="Keep training"
      act="Cancel training"
      kind="danger"
      onClose={onClose}
      run={() => cancel(training.id, key)}
    >
      <p>
        RunPod is asked to stop, and the run costs until RunPod confirms
        {amount?.word === 'so far at least' && (
          <>
            : <Money training={training} />
          </>
        )}
        . No model is kept, unless it finishes first.
      </p>
    </ActionQuestion>
  );
}
