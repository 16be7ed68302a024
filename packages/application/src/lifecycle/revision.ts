import {
  getAttentionReason,
  notificationTypeFrom,
  type Queued,
  type Training,
  type TrainingEvent,
} from '@trainyard/domain';
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
  const runId = type === 'restored' || type === 'submission_accepted' ? getRunId(training) : undefined;
  const aliases: Alias[] = runId === undefined ? [] : [{ kind: 'run', name: runId }];
  if (from === null) aliases.push({ kind: 'job', name: jobId });
  if (from === null && requestId !== undefined && retryOf === undefined)
    aliases.push({ kind: 'request', name: requestId });
  return aliases;
}

/** The request id that a retry takes over from its original, so that the caller's id finds the newest training. */
export function listReassignedAliases({ training: { request }, record }: Revision): readonly Alias[] {
  return record.from === null && request.retryOf !== undefined && request.requestId !== undefined
    ? [{ kind: 'request', name: request.requestId }]
    : [];
}

function getRunId(training: Training): string | undefined {
  return 'attempt' in training && training.attempt && 'runId' in training.attempt
    ? training.attempt.runId
    : undefined;
}

/** Whether the backup must be written: the status changed, or a request of a caller or a budget hold did. */
export function needsBackup({ training, record, before }: Revision): boolean {
  if (record.type === 'restored' || record.from !== record.to) return true;
  if (before === undefined) return false;
  const known = listBackedUpRequests(before);
  return listBackedUpRequests(training).some((value, index) => value !== known[index]);
}

function listBackedUpRequests(training: Training): readonly unknown[] {
  return [
    training.priority,
    training.cancelRequested !== undefined,
    training.budgetUsd,
    'hold' in training && training.hold !== undefined,
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
