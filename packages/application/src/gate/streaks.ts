import { type AttemptResult, type Training, type TrainingEvent, toAttemptResult } from '@trainyard/domain';
import type { Deps } from '../deps.ts';
import type { Gate, StreakChange } from '../ports/training-store/index.ts';

/** The number of consecutive results of the same kind that closes the gate. */
const STREAK_LIMIT = 3;

/** A change of a training that is to be saved. */
export interface SavedChange {
  readonly before: Training;
  readonly training: Training;
  readonly event: TrainingEvent;
}

/**
 * Derives from a change which streaks it extends or ends; the script of the save counts them
 * (docs/operations/pause-and-limits.md).
 */
export function toStreakChanges(
  { settings }: { readonly settings: Pick<Deps['settings'], 'gateFailedRuns'> },
  change: SavedChange,
): readonly StreakChange[] {
  const { before, training, event } = change;
  const result = toAttemptResult(before, training, event);
  return [
    ...(result ? countRun(result, event.at, settings.gateFailedRuns) : []),
    ...countSubmission(event),
    ...countPreparation(change),
  ];
}

function toGate(reason: string, since: number, reopensWhen: Gate['reopensWhen']): Gate {
  return { reason: reason.slice(0, 2_000), since, reopensWhen };
}

function countRun(result: AttemptResult, at: number, limit: number): readonly StreakChange[] {
  if (result.kind === 'run_completed') return [{ name: 'same_class' }];
  if (result.kind === 'model') return result.verified ? [{ name: 'failed_runs' }] : [];
  return [countClass(result, at), ...(result.paid && limit > 0 ? [countFailedRun(result, at, limit)] : [])];
}

type FailedAttempt = Extract<AttemptResult, { kind: 'failed' }>;

/** A failure of a different class ends the streak; only the classes of the installation extend it. */
function countClass({ class: cls, message }: FailedAttempt, at: number): StreakChange {
  if (cls !== 'provider' && cls !== 'configuration') return { name: 'same_class' };
  const reason = `${STREAK_LIMIT} runs in a row failed with class ${cls}: ${message}`;
  const gate = toGate(reason, at, 'probe_run');
  return { name: 'same_class', add: { value: cls, limit: STREAK_LIMIT, gate } };
}

function countFailedRun({ class: cls, message }: FailedAttempt, at: number, limit: number): StreakChange {
  const reason = `${limit} paid runs in a row failed, the last with class ${cls}: ${message}`;
  return { name: 'failed_runs', add: { limit, gate: toGate(reason, at, 'verified_model') } };
}

/** The gate after refused submissions in a row, the last with this message. `at` in epoch ms. */
export function toRefusalGate(message: string, at: number): Gate {
  return toGate(`${STREAK_LIMIT} submissions in a row were refused: ${message}`, at, 'submission_accepted');
}

function countSubmission(event: TrainingEvent): readonly StreakChange[] {
  if (event.type === 'submission_accepted') return [{ name: 'refused_submissions' }];
  if (event.type !== 'submission_refused') return [];
  const gate = toRefusalGate(event.failure.message, event.at);
  return [{ name: 'refused_submissions', add: { limit: STREAK_LIMIT, gate, requeues: true } }];
}

/** Faults before submission that one cause outside the trainings can give to all of them. */
const SHARED_CAUSES: ReadonlySet<string> = new Set(['object_missing', 'template_changed']);

/** The gate after trainings that ended before submission in a row, the last with this message. `at` in epoch ms. */
export function toPreparationGate(message: string, at: number): Gate {
  const reason = `${STREAK_LIMIT} trainings of different subjects in a row ended before submission: ${message}`;
  return toGate(reason, at, 'training_prepared');
}

function countPreparation({ training, event }: SavedChange): readonly StreakChange[] {
  if (event.type !== 'preparation_failed' || !SHARED_CAUSES.has(event.failure.code)) return [];
  const { kind, id } = training.request.subject;
  const gate = toPreparationGate(event.failure.message, event.at);
  const add = { member: `${kind}:${id}`, limit: STREAK_LIMIT, gate, requeues: true } as const;
  return [{ name: 'unprepared_trainings', add }];
}
