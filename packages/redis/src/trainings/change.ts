import { type EventRecord, isProgress } from '@trainyard/application';
import { holdsSlot, isTerminal, type Training, type TrainingEvent } from '@trainyard/domain';
import { toBudgetFacts } from '../control/budget-facts.ts';
import { toDocument } from '../redis/documents.ts';
import { type Keys, STREAM_MAX_LENGTH } from '../redis/keys.ts';
import type { TrainingChange } from '../scripts/training-scripts.ts';
import { getClass, listScopeParts } from './indexes.ts';

/** The number of events that a training keeps. */
const MAX_EVENTS = 500;

/** A revision to save, with its event; `before` is the training in Redis that it replaces. */
interface Revision {
  readonly training: Training;
  readonly record: EventRecord;
  readonly before?: Training | undefined;
}

/** Collects the data with which a script writes a revision, its indexes, its budgets and its event. */
export function createChange(
  keys: Keys,
  { training, record, before }: Revision,
  more: Readonly<Record<string, unknown>> & { readonly nonce: string },
): TrainingChange {
  const { request, ...rest } = training;
  return {
    keys: [
      keys.training(training.id),
      keys.events(training.id),
      keys.stream,
      keys.activeAttempts,
      keys.pending,
      keys.control,
    ],
    facts: { ...toFacts(keys, { training, record, before }), ...more },
    document: toDocument(rest),
    event: JSON.stringify(record),
    ...(record.from === null && { request: JSON.stringify(request) }),
  };
}

/** The event record of a transition, as it is stored with the training and streamed. */
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

/** Lock token and nonce of an attempt are left out, because callers can read the detail of an event. */
function toEventDetail(event: TrainingEvent): Readonly<Record<string, unknown>> {
  const { type: _, at: __, cause: ___, ...detail } = event;
  if (event.type === 'preparation_snoozed') return { reason: event.reason, notBefore: event.notBefore };
  if (event.type !== 'submission_started') return detail;
  const { lockToken: ____, nonce: _____, ...attempt } = event.attempt;
  return { attempt };
}

function toFacts(keys: Keys, { training, record, before }: Revision) {
  return {
    id: training.id,
    rev: training.rev,
    at: record.at,
    from: record.from ?? '',
    to: record.to,
    progress: isProgress(record),
    maxEvents: MAX_EVENTS,
    maxStreamLength: STREAM_MAX_LENGTH,
    indexPrefix: keys.trainingIndex,
    scopeParts: listScopeParts(training),
    ...(before && { classFrom: getClass(before) }),
    classTo: getClass(training),
    unfinishedKey: keys.unfinished(training.request.subject),
    pendingBackupsKey: keys.pendingBackups,
    prunableKey: keys.prunable,
    newAliasKeys: listNewAliases(keys, training, record),
    reassignedAliasKeys: listReassignedAliases(keys, training, record),
    terminal: isTerminal(training),
    recorded: isTerminal(training) && training.recorded,
    ...(isTerminal(training) && { endedAt: training.endedAt }),
    holdsSlot: holdsSlot(training),
    needsBackup: needsBackup({ training, record, before }),
    budget: toBudgetFacts(keys, { training, record, before }),
  };
}

function getRunId(training: Training): string | undefined {
  return 'attempt' in training && training.attempt && 'runId' in training.attempt
    ? training.attempt.runId
    : undefined;
}

/** The aliases that this revision adds; an alias of an earlier training is not overwritten. */
function listNewAliases(keys: Keys, training: Training, { from, type }: EventRecord): readonly string[] {
  const { jobId, requestId, retryOf } = training.request;
  const hasNewRunId = type === 'restored' || type === 'submission_accepted';
  const runId = hasNewRunId ? getRunId(training) : undefined;
  return [
    ...(runId === undefined ? [] : [keys.alias('run', runId)]),
    ...(from === null ? [keys.alias('job', jobId)] : []),
    ...(from === null && requestId !== undefined && retryOf === undefined
      ? [keys.alias('request', requestId)]
      : []),
  ];
}

/** A retry takes over the request id of the original training: a caller asks for the latest result of its request. */
function listReassignedAliases(keys: Keys, { request }: Training, { from }: EventRecord): readonly string[] {
  return from === null && request.retryOf !== undefined && request.requestId !== undefined
    ? [keys.alias('request', request.requestId)]
    : [];
}

/** A revision is backed up when its status changed, or a request of a caller or a budget hold did. */
function needsBackup({ training, record, before }: Revision): boolean {
  return (
    record.type === 'restored' ||
    record.from !== record.to ||
    (before !== undefined && changesRequests(training, before))
  );
}

/** The requests of callers and the budget hold: they must survive a loss of Redis although the status is unchanged. */
function listRequestedChanges(training: Training): readonly unknown[] {
  return [
    training.priority,
    training.cancelRequested !== undefined,
    training.budgetUsd,
    'hold' in training && training.hold !== undefined,
  ];
}

function changesRequests(training: Training, before: Training): boolean {
  const stored = listRequestedChanges(before);
  return listRequestedChanges(training).some((request, at) => request !== stored[at]);
}
