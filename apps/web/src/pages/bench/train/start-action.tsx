import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import type { PreviewView } from '@trainyard/contracts';
import { ProblemError, UnreachableError } from '../../../api/http/problem.ts';
import { useLinkState } from '../../../api/live/link-state.ts';
import { useScope } from '../../../api/resources/access.ts';
import { createTrainingQuery } from '../../../api/resources/queries.ts';
import { Button } from '../../../parts/controls/button.tsx';
import { ScopeNote } from '../../../parts/controls/scope-note.tsx';
import { formatDurationRange, formatUsd } from '../../../parts/words/format.ts';
import type { useStart } from '../form/use-start.ts';
import type { TrainForm } from '../form/use-train-form.ts';
import { formatPlace } from '../form/values.ts';
import styles from './train.module.css';

/** Properties of the start. */
export interface StartActionProps {
  readonly train: TrainForm;
  readonly preview: PreviewView;
  readonly start: ReturnType<typeof useStart>;
  readonly retryOf: string | undefined;
}

/** The start of the training with what is against it. While dispatch is stopped it adds the training to the queue. */
export function StartAction({ train, preview, start, retryOf }: StartActionProps) {
  const canWrite = useScope('write');
  const reason = useObstacle(train, preview);
  const { waiting } = preview.start;
  if (!canWrite)
    return (
      <div className={styles.action}>
        <ScopeNote needs="write" action="Starting a training" />
      </div>
    );
  const act = waiting ? 'Add to queue' : 'Start training';
  const run = (): void => {
    if (train.body && !start.isPending) start.mutate({ body: train.body, retryOf });
  };
  return (
    <div className={styles.action}>
      <p className={styles.summary}>
        <span>{formatDurationRange(preview.estimate.duration_range_seconds)}</span>
        {preview.estimate.cost_usd !== null && <span>about {formatUsd(preview.estimate.cost_usd)}</span>}
        {preview.start.position !== null && <span>{formatPlace(preview.start.position)}</span>}
      </p>
      {waiting && <p className={styles.waiting}>{toWaitingSentence(waiting)}</p>}
      {train.issues.size > 0 ? (
        <Faults train={train} />
      ) : (
        reason !== undefined && <p className={styles.obstacle}>{reason}</p>
      )}
      <StartFault error={start.error} name={preview.subject_id} onRetry={run} />
      <Button kind="primary" onClick={run} busy={start.isPending} unavailable={reason}>
        {start.isPending ? 'Starting…' : act}
      </Button>
    </div>
  );
}

function toWaitingSentence({ text }: { readonly text: string }): string {
  return `It will wait in the queue: ${text}.`;
}

/** Why the training cannot be started now; undefined when it can. */
function useObstacle(train: TrainForm, { checks, subject_id: id }: PreviewView): string | undefined {
  const link = useLinkState();
  if (link.kind === 'offline' || !navigator.onLine) return 'Offline: nothing can be started.';
  if (train.issues.size > 0) {
    const labels = [...train.issues.keys()].map((path) => getLabel(train, path));
    return `Correct ${labels.join(', ')} first.`;
  }
  const failed = checks.find(({ state }) => state === 'error');
  if (failed?.code === 'subject_busy') return `${id} already has a live training.`;
  if (failed) return `${failed.message}.`;
  if (train.error) return train.error.message;
  return undefined;
}

/** The refused fields, each with a button that leads to it. */
function Faults({ train }: { readonly train: TrainForm }) {
  return (
    <p className={styles.obstacle}>
      Correct first:{' '}
      {[...train.issues.keys()].map((path) => (
        <span key={path} className={styles.fieldLink}>
          <Button kind="text" onClick={() => focusField(path)}>
            {getLabel(train, path)}
          </Button>
        </span>
      ))}
    </p>
  );
}

function focusField(path: string): void {
  document.getElementById(`field-${path.replace(/^hyperparameters\./, '')}`)?.focus();
}

const LABELS: Readonly<Record<string, string>> = {
  trigger: 'Trigger',
  version_name: 'Version',
  description: 'Notes',
  budget_usd: 'Budget',
  sample_prompts: 'the prompts',
  policy: 'Policy',
};

function getLabel({ form }: TrainForm, path: string): string {
  const name = path.replace(/^hyperparameters\./, '');
  return form?.fields.find((field) => field.name === name)?.label ?? LABELS[path] ?? path;
}

interface StartFaultProps {
  readonly error: Error | null;
  readonly name: string;
  readonly onRetry: () => void;
}

function StartFault({ error, name, onRetry }: StartFaultProps) {
  if (!error) return null;
  if (error instanceof UnreachableError)
    return (
      <div className={styles.fault} role="alert">
        <p>The server did not answer. A second try starts no second training.</p>
        <Button onClick={onRetry}>Try again</Button>
      </div>
    );
  if (!(error instanceof ProblemError)) return <p className={styles.fault}>{error.message}</p>;
  const { code, detail, hint, training_id: trainingId, request_id: requestId } = error.problem;
  if (code === 'subject_busy' && trainingId !== undefined)
    return <BusyFault name={name} trainingId={trainingId} />;
  return (
    <div className={styles.fault} role="alert">
      <p>{detail}</p>
      {hint && <p className="muted small">{hint}</p>}
      <p className="faint small">
        Request <code>{requestId}</code>
      </p>
    </div>
  );
}

function BusyFault({ name, trainingId }: { readonly name: string; readonly trainingId: string }) {
  const { data } = useQuery(createTrainingQuery(trainingId));
  const version = data?.version_name ?? undefined;
  return (
    <p className={styles.fault} role="alert">
      {name} is training {version ?? 'a version'}.{' '}
      <Link to="/trainings/$id" params={{ id: trainingId }}>
        Open {version ?? 'the training'}
      </Link>
    </p>
  );
}
