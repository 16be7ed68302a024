import { type DispatchStop, getFailureMessage, getWaiting, toJobResult } from '@trainyard/application';
import { type Attempt, isTerminal, omitUndefined, type Training } from '@trainyard/domain';
import { redact } from '../server/redaction.ts';

/** A training as Bull Board shows it. */
export interface BoardTraining {
  readonly training: Training;
  /** The name of the actor or style; undefined when the catalogue does not know it or cannot be read. */
  readonly subjectName: string | undefined;
  /** Why no training starts; undefined while dispatch is open. */
  readonly stop: DispatchStop | undefined;
  /** Position in the queue; undefined unless it waits there. */
  readonly position?: number | undefined;
  /** Epoch ms. */
  readonly now: number;
}

/** The title of a job, for example `actor 0019 · Ann · V7`; a name that begins with the id replaces it. */
export function toBoardName({ training, subjectName }: BoardTraining): string {
  const { kind, id } = training.request.subject;
  const version = getVersionName(training);
  const titled = subjectName?.startsWith(id)
    ? [`${kind} ${subjectName}`, version]
    : [`${kind} ${id}`, subjectName, version];
  return titled.filter((part) => part !== undefined).join(' · ');
}

/** The data of a job: the training in the words of its own answers, without requests and secrets. */
export function toBoardData(shown: BoardTraining): unknown {
  const { training, subjectName } = shown;
  const { request } = training;
  return redact(
    omitUndefined({
      name: subjectName ?? request.subject.id,
      version: getVersionName(training) ?? (isTerminal(training) ? undefined : 'assigned at dispatch'),
      state: training.status,
      reason: findReason(shown),
      attempt: formatAttempt(training),
      runpod_job_id: getRunId(training),
      policy: [request.policy, request.preset].filter((part) => part !== undefined).join(' '),
      steps: request.hyperparameters.max_train_steps,
      batch_id: request.batchId,
      priority: training.priority,
      source: request.source,
      training_id: training.id,
      job_id: request.jobId,
    }),
  );
}

/** The result of an ended training; undefined before its end. */
export function toBoardResult(training: Training): unknown {
  return 'recorded' in training ? redact(toJobResult(training)) : undefined;
}

function getVersionName(training: Training): string | undefined {
  return training.versionName ?? training.request.versionName;
}

function getRunId(training: Training): string | undefined {
  const attempt: (Attempt & { readonly runId?: string }) | undefined =
    'attempt' in training ? training.attempt : undefined;
  return attempt?.runId;
}

function formatAttempt({ attemptsStarted, attemptsSpent, request }: Training): string {
  return `${attemptsStarted} started, ${attemptsSpent} of ${request.maxAttempts} used`;
}

/** Why the training is in its state: what it waits for, the mark for an operator, or its failure. */
function findReason({ training, ...facts }: BoardTraining): string | undefined {
  const { needsAttention, cancelRequested } = training;
  const waiting = getWaiting(training, facts);
  const until = waiting?.until === undefined ? '' : ` until ${new Date(waiting.until).toISOString()}`;
  const texts = [
    needsAttention && `needs attention: ${needsAttention.reason}`,
    waiting && `${waiting.text}${until}`,
    training.status === 'unconfirmed' ? training.reason : undefined,
    getFailureMessage(training),
    cancelRequested && `cancel requested by ${cancelRequested.by}`,
  ];
  const found = texts.filter((text) => text !== undefined);
  return found.length === 0 ? undefined : found.join('; ');
}
