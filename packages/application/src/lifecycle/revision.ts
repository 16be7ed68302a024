import {
  type Attempt,
  getAttentionReason,
  isAnsweredBySubmission,
  isTerminal,
  notificationTypeFrom,
  type Queued,
  type RunClaim,
  type RunCost,
  type Training,
  type TrainingEvent,
} from '@trainyard/domain';
import { defineError } from '../define-error.ts';
import { isProgress } from '../ports/change-feed.ts';
import type { TrainingNotification } from '../ports/notifications/index.ts';
import type { EventRecord } from '../ports/training-store/index.ts';

/**
 * A training as it is to be saved, with the event that made it so. `before` is the revision that it replaces; absent
 * for a new training and for one that is restored into an empty store.
 */
export interface Revision {
  readonly training: Training;
  readonly record: EventRecord;
  readonly before?: Training | undefined;
}

/** The stored event of a change. */
export function toEventRecord(training: Training, event: TrainingEvent, before: Training): EventRecord {
  return {
    seq: training.rev,
    at: event.at,
    type: event.type,
    from: before.status,
    to: training.status,
    cause: event.cause,
    detail: toEventDetail(event),
  };
}

/** The claim that a save makes: a run, and whether it takes the run from an attempt that adopted it. */
export interface SavedRunClaim {
  readonly claim: RunClaim;
  readonly outranks: boolean;
}

/**
 * The run that a save claims, so that no save continues on the run of a different attempt. An ended training claims
 * nothing, because its end is final (I4); a returned run is not claimed again.
 */
export function getRunClaim(
  training: Training,
  event: TrainingEvent,
  before: Training,
): SavedRunClaim | undefined {
  if (event.type === 'run_orphaned') {
    const { attempt, endpointId, runId } = event;
    return { claim: { attempt, endpointId, runId, answered: true }, outranks: false };
  }
  if (event.type === 'run_claimed_twice' || isTerminal(before)) return undefined;
  const run = getRun(training) ?? getRun(before);
  if (!run) return undefined;
  const outranks = event.type === 'submission_accepted' && isAnsweredBySubmission(event);
  const { number: attempt, endpointId, runId } = run;
  return { claim: { attempt, endpointId, runId, ...(outranks && { answered: true }) }, outranks };
}

/** Thrown when a run is to be adopted that belongs, or belonged, to a different attempt. */
export class RunBelongsToAnotherError extends defineError(
  'run_belongs_to_another',
  (runId: string) =>
    `The run ${runId} belongs to a different attempt; name the run of this attempt, or omit the adoption`,
) {}

/** The first event of a training. */
export function toAcceptedRecord(training: Queued): EventRecord {
  return {
    seq: training.rev,
    at: training.acceptedAt,
    type: 'accepted',
    from: null,
    to: 'queued',
    cause: 'api',
    detail: { priority: training.priority, source: training.request.source },
  };
}

/** The event of a training that a recovery restores. */
export function toRestoredRecord(training: Training, before: Training | undefined): EventRecord {
  return {
    seq: training.rev,
    at: training.changedAt,
    type: 'restored',
    from: before?.status ?? null,
    to: training.status,
    cause: 'store',
    detail: {},
  };
}

/** Lock token and nonce of an attempt are internal; every other field of an event is public. */
function toEventDetail(event: TrainingEvent): Readonly<Record<string, unknown>> {
  const { type: _, at: __, cause: ___, ...detail } = event;
  if (event.type === 'preparation_snoozed') return { reason: event.reason, notBefore: event.notBefore };
  if (event.type !== 'submission_started') return detail;
  const { lockToken: ____, nonce: _____, ...attempt } = event.attempt;
  return { attempt };
}

/** An alias of a training: aliases of different kinds do not collide. */
export interface Alias {
  readonly kind: 'run' | 'job' | 'request';
  readonly name: string;
}

/** The aliases that a revision adds; an alias that exists already keeps its training. */
export function listNewAliases({ training, record: { from, type } }: Revision): readonly Alias[] {
  const { jobId, requestId, retryOf } = training.request;
  const run = type === 'restored' || type === 'submission_accepted' ? getRun(training) : undefined;
  const aliases: Alias[] = run ? [{ kind: 'run', name: run.runId }] : [];
  if (from === null) aliases.push({ kind: 'job', name: jobId });
  if (from === null && requestId !== undefined && retryOf === undefined)
    aliases.push({ kind: 'request', name: requestId });
  return aliases;
}

/**
 * The aliases that a revision takes over: the request id of the original of a retry, so that the caller's id finds the
 * newest training, and the id of a run that the provider's answer named.
 */
export function listReassignedAliases({ training, record }: Revision): readonly Alias[] {
  const { requestId, retryOf } = training.request;
  if (record.from === null && retryOf !== undefined && requestId !== undefined)
    return [{ kind: 'request', name: requestId }];
  const run = record.type === 'submission_accepted' ? getRun(training) : undefined;
  const isAnswered = training.runs?.some(({ runId, answered }) => answered && runId === run?.runId);
  return run && isAnswered ? [{ kind: 'run', name: run.runId }] : [];
}

/** The current attempt with its run; undefined without a known run. */
export function getRun(training: Training): (Attempt & { readonly runId: string }) | undefined {
  if (!('attempt' in training) || !training.attempt || !('runId' in training.attempt)) return undefined;
  const { runId } = training.attempt;
  return runId === undefined ? undefined : { ...training.attempt, runId };
}

/** Whether the backup must be written: the status or the runs changed, or a request of a caller or a budget hold did. */
export function needsBackup({ training, record, before }: Revision): boolean {
  if (record.type === 'restored' || record.from !== record.to) return true;
  if (before === undefined) return false;
  const known = listBackedUpRequests(before);
  return listBackedUpRequests(training).some((value, index) => value !== known[index]);
}

function listBackedUpRequests(training: Training): readonly unknown[] {
  return [
    training.priority,
    training.runs,
    training.cancelRequested !== undefined,
    training.budgetUsd,
    'hold' in training && training.hold !== undefined,
  ];
}

/** The run costs that a revision adds (1), and those of a returned run that it removes (-1). */
export function listCostChanges(
  before: Training | undefined,
  { runCosts: after = [] }: Training,
): readonly { readonly cost: RunCost; readonly sign: 1 | -1 }[] {
  const known = before?.runCosts ?? [];
  return [
    ...after.slice(known.length).map((cost) => ({ cost, sign: 1 as const })),
    ...known.slice(after.length).map((cost) => ({ cost, sign: -1 as const })),
  ];
}

/** The notification that is saved with the change; undefined for a change that is not published. */
export function toTrainingNotification(before: Training, after: Training): TrainingNotification | undefined {
  const type = notificationTypeFrom(before, after);
  if (type === undefined) return undefined;
  const reason = type === 'training.needs_attention' ? getAttentionReason(after) : undefined;
  return {
    id: `${after.id}.${after.rev}`,
    type,
    at: after.changedAt,
    trainingId: after.id,
    ...(reason !== undefined && { reason }),
  };
}

/**
 * The events of a training with a further event: of consecutive progress events only the last is kept, and beyond
 * {@link MAX_EVENTS} the oldest are dropped, except the first.
 */
export function appendEvent(events: readonly EventRecord[], record: EventRecord): readonly EventRecord[] {
  const last = events.at(-1);
  if (last && isProgress(record) && isProgress(last)) return [...events.slice(0, -1), record];
  const all = [...events, record];
  return all.length <= MAX_EVENTS ? all : [...all.slice(0, 1), ...all.slice(1 - MAX_EVENTS)];
}

/** How many events of a training are kept. */
export const MAX_EVENTS = 500;
