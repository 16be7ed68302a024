import type { TrainingEvents } from '../../../api/resources/types.ts';
import type { ConsoleLine } from '../../../parts/console/console.tsx';
import { formatCount, formatUsd } from '../../../parts/words/format.ts';

/** Stored event of a training. */
export type TrainingEvent = TrainingEvents['events'][number];

/** Text of an event with the tone of its line. */
export interface EventWords {
  readonly text: string;
  readonly tone?: ConsoleLine['tone'];
}

type Detail = Readonly<Record<string, unknown>>;

/** Describes an event. A type that this page does not know is shown by its name. */
export function describeEvent(event: TrainingEvent): EventWords {
  const describe = WORDS.get(event.type);
  return describe ? describe(event.detail, event) : { text: event.type.replaceAll('_', ' ') };
}

const WORDS: ReadonlyMap<string, (detail: Detail, event: TrainingEvent) => EventWords> = new Map(
  Object.entries<(detail: Detail, event: TrainingEvent) => EventWords>({
    accepted: ({ priority }) => ({ text: `accepted, priority ${String(priority)}` }),
    priority_changed: ({ priority }) => ({ text: `priority changed to ${String(priority)}` }),
    preparation_failed: (detail) => ({
      text: `refused before submission: ${readFailure(detail)}`,
      tone: 'danger',
    }),
    preparation_snoozed: ({ reason }) => ({ text: `waits: ${toText(reason)}`, tone: 'warn' }),
    budget_held: ({ reason }) => ({ text: `held by its budget: ${toText(reason)}`, tone: 'warn' }),
    budget_changed: ({ budgetUsd }) => ({
      text: typeof budgetUsd === 'number' ? `budget set to ${formatUsd(budgetUsd)}` : 'budget removed',
    }),
    budget_released: ({ by }) => ({ text: `released from its budget by ${toText(by)}` }),
    submission_started: ({ attempt }) => ({
      text: `attempt ${toText(readField(attempt, 'number'))}: slot reserved, request sent`,
    }),
    submission_not_sent: ({ reason }) => ({ text: `request not sent: ${toText(reason)}`, tone: 'warn' }),
    submission_refused: (detail) => ({
      text: `RunPod refused the request: ${readFailure(detail)}`,
      tone: 'danger',
    }),
    submission_accepted: ({ runId }) => ({ text: `RunPod accepted the run ${toText(runId)}`, tone: 'info' }),
    submission_unclear: ({ reason }) => ({
      text: `RunPod's answer was lost: ${toText(reason)}`,
      tone: 'warn',
    }),
    endpoint_counted: ({ unaccounted }) => ({
      text: `endpoint counted: ${String(unaccounted)} runs without a known training`,
    }),
    submission_refuted: ({ reason }) => ({ text: `no run exists: ${toText(reason)}` }),
    run_observed: describeObservation,
    run_ended: describeEnd,
    run_missing: () => ({ text: 'RunPod does not know the run', tone: 'warn' }),
    run_unanswered: () => ({ text: 'RunPod gave no answer about the run', tone: 'warn' }),
    run_claimed_twice: () => ({ text: 'the run belongs to a different training', tone: 'warn' }),
    run_orphaned: ({ runId }) => ({
      text: `a run of an earlier attempt is cancelled: ${toText(runId)}`,
      tone: 'warn',
    }),
    orphan_stopped: ({ runId }) => ({ text: `the run of an earlier attempt has ended: ${toText(runId)}` }),
    run_declared_dead: () => ({ text: 'a person confirmed that the run no longer exists', tone: 'warn' }),
    output_found: () => ({ text: 'the model was found in the object store', tone: 'ok' }),
    attempt_expired: () => ({ text: 'the deadline of the attempt passed without a run', tone: 'warn' }),
    cancel_requested: ({ by }) => ({ text: `cancel requested by ${toText(by)}`, tone: 'warn' }),
    stop_requested: ({ stop }) => ({
      text: `Trainyard stops the run: ${toText(readField(stop, 'reason'))}`,
      tone: 'warn',
    }),
    cancel_acknowledged: () => ({ text: 'RunPod acknowledged the cancel', tone: 'warn' }),
    output_verified: () => ({ text: 'model verified and recorded', tone: 'ok' }),
    output_missing: (detail) => ({ text: `no usable model: ${readFailure(detail)}`, tone: 'danger' }),
    end_recorded: () => ({ text: 'end recorded in the manifest' }),
    attention_raised: ({ reason }) => ({ text: `action required: ${toText(reason)}`, tone: 'warn' }),
    attention_cleared: () => ({ text: 'no action required any more' }),
    restored: () => ({ text: 'restored from the backup', tone: 'warn' }),
  }),
);

function describeObservation({ phase, progress }: Detail, { from, to }: TrainingEvent): EventWords {
  if (phase === 'in_queue')
    return from === 'running'
      ? { text: 'RunPod queued the run again', tone: 'warn' }
      : { text: 'the run waits at RunPod' };
  const [step, total, loss] = ['step', 'totalSteps', 'loss'].map((name) => readField(progress, name));
  if (from !== to || typeof step !== 'number') return { text: 'a worker started the run', tone: 'info' };
  const text = `step ${formatCount(step)} of ${formatCount(Number(total))}`;
  return { text: `${text}${toLoss(loss)}`, tone: 'accent' };
}

/** The text of a reported loss; nothing for a report without one. */
export function toLoss(loss: unknown): string {
  if (loss === undefined) return '';
  return typeof loss === 'number' && Number.isFinite(loss)
    ? `, loss ${loss.toFixed(3)}`
    : ', loss is no number';
}

const ENDS: Readonly<Record<string, EventWords>> = {
  completed: { text: 'the run ended well', tone: 'ok' },
  cancelled: { text: 'RunPod confirmed the end of the cancelled run', tone: 'warn' },
};

function describeEnd({ outcome }: Detail, { to }: TrainingEvent): EventWords {
  const status = toText(readField(outcome, 'status'));
  const known = Object.hasOwn(ENDS, status) ? ENDS[status] : undefined;
  if (known) return known;
  const word = status === 'timed_out' ? 'the run used up its time' : 'the run failed';
  const retried = to === 'queued' ? '; a further attempt follows' : '';
  return {
    text: `${word}: ${readFailure({ failure: readField(outcome, 'failure') })}${retried}`,
    tone: 'danger',
  };
}

function readFailure({ failure }: Detail): string {
  return toText(readField(failure, 'message'));
}

function readField(value: unknown, name: string): unknown {
  return typeof value === 'object' && value !== null && Object.hasOwn(value, name)
    ? (value as Detail)[name]
    : undefined;
}

function toText(value: unknown): string {
  return value === undefined || value === null ? 'unknown' : String(value);
}

/** Labels of the sources of events. */
export const CAUSE_WORDS: Readonly<Record<string, string>> = {
  api: 'request',
  dispatcher: 'dispatcher',
  webhook: 'callback of RunPod',
  poll: 'answer of RunPod',
  sweep: 'maintenance',
  store: 'object store',
  person: 'person',
};
