import { type EventRecord, isProgress, UnreadableTrainingError } from '@trainyard/application';
import { holdsSlot, isTerminal, type Training, type TrainingEvent } from '@trainyard/domain';
import type { Keys } from '../redis/keys.ts';
import { toBudgetFacts } from './budget-facts.ts';
import { getClass, listScopeParts } from './indexes.ts';

/** How a training lies in Redis. A change that an older process would misread makes a new number. */
const LAYOUT = 1;

/** What identifies one write, so that it is known when it comes again. */
export interface Change {
  readonly keys: readonly string[];
  readonly facts: Readonly<Record<string, unknown>>;
  /** The training without its request, which is frozen and stands in a field of its own. */
  readonly document: string;
  readonly event: string;
  /** Only with the first revision on record. */
  readonly request?: string;
}

/** All that a script needs to write this revision and what follows from it. */
export function createChange(
  keys: Keys,
  { training, record, before }: Revision,
  more: Readonly<Record<string, unknown>> & { readonly nonce: string },
): Change {
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
    document: JSON.stringify({ layout: LAYOUT, ...rest }),
    event: JSON.stringify(record),
    ...(record.from === null && { request: JSON.stringify(request) }),
  };
}

function getRunId(training: Training): string | undefined {
  return 'attempt' in training && training.attempt && 'runId' in training.attempt
    ? training.attempt.runId
    : undefined;
}

/** The other names that this revision adds; whoever bears a name first keeps it. */
function listNewAliases(keys: Keys, training: Training, { from, type }: EventRecord): readonly string[] {
  const { jobId, requestId, retryOf } = training.request;
  const bringsRunId = type === 'restored' || type === 'submission_accepted';
  const runId = bringsRunId ? getRunId(training) : undefined;
  return [
    ...(runId === undefined ? [] : [keys.alias('run', runId)]),
    ...(from === null ? [keys.alias('job', jobId)] : []),
    ...(from === null && requestId !== undefined && retryOf === undefined
      ? [keys.alias('request', requestId)]
      : []),
  ];
}

/** Who asks for a caller's own id wants what became of the request last: a retry takes the name over. */
function listReassignedAliases(keys: Keys, { request }: Training, { from }: EventRecord): readonly string[] {
  return from === null && request.retryOf !== undefined && request.requestId !== undefined
    ? [keys.alias('request', request.requestId)]
    : [];
}

/** The lock and the nonce of an attempt are ours alone; everything else of an event may be read by anyone. */
function toEventDetail(event: TrainingEvent): Readonly<Record<string, unknown>> {
  const { type: _, at: __, cause: ___, ...detail } = event;
  if (event.type === 'preparation_snoozed') return { reason: event.reason, notBefore: event.notBefore };
  if (event.type !== 'submission_started') return detail;
  const { lockToken: ____, nonce: _____, ...attempt } = event.attempt;
  return { attempt };
}

/** The event as it is kept with the training and streamed. */
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

/** A training as it is to be saved, with what made it so; `before` is what is on record. */
interface Revision {
  readonly training: Training;
  readonly record: EventRecord;
  readonly before?: Training | undefined;
}

/** What a person wished or a budget stopped, which a lost record must not forget though the state is the same. */
function listRequestedChanges(training: Training): readonly unknown[] {
  return [
    training.priority,
    training.cancelRequested !== undefined,
    training.budgetUsd,
    'hold' in training && training.hold !== undefined,
  ];
}

function changesRequests(training: Training, before: Training): boolean {
  const known = listRequestedChanges(before);
  return listRequestedChanges(training).some((request, at) => request !== known[at]);
}

function toFacts(keys: Keys, { training, record, before }: Revision) {
  return {
    id: training.id,
    rev: training.rev,
    at: record.at,
    from: record.from ?? '',
    to: record.to,
    // The training tells what was seen last, its history need not repeat it.
    progress: isProgress(record),
    indexPrefix: keys.trainingIndex,
    scopeParts: listScopeParts(training),
    ...(before && { classFrom: getClass(before) }),
    classTo: getClass(training),
    live: keys.live(training.request.subject),
    pendingBackups: keys.pendingBackups,
    aliases: listNewAliases(keys, training, record),
    reassignedAliases: listReassignedAliases(keys, training, record),
    ended: isTerminal(training),
    settled: isTerminal(training) && training.recorded,
    prunable: keys.prunable,
    ...(isTerminal(training) && { endedAt: training.endedAt }),
    holdsSlot: holdsSlot(training),
    needsBackup:
      record.type === 'restored' ||
      record.from !== record.to ||
      (before !== undefined && changesRequests(training, before)),
    budget: toBudgetFacts(keys, { training, record, before }),
  };
}

function parseObject(id: string, text: string): Readonly<Record<string, unknown>> {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (error) {
    throw new UnreadableTrainingError(id, 'it is no JSON', { cause: error });
  }
  if (typeof value !== 'object' || value === null) throw new UnreadableTrainingError(id, 'it is no object');
  return value as Readonly<Record<string, unknown>>;
}

/**
 * A training as its two fields hold it; undefined when neither is there. One without a number was written before
 * layouts had any. Throws UnreadableRecordError for what another layout, or no training, stands in.
 */
export function parseTraining(
  id: string,
  [document, request]: readonly (string | null | undefined)[],
): Training | undefined {
  if (typeof document !== 'string' && typeof request !== 'string') return undefined;
  if (typeof document !== 'string' || typeof request !== 'string')
    throw new UnreadableTrainingError(id, 'a part of it is missing');
  const { layout = LAYOUT, ...rest } = parseObject(id, document);
  if (layout !== LAYOUT)
    throw new UnreadableTrainingError(
      id,
      `its layout is ${JSON.stringify(layout)}, and this process knows ${LAYOUT}`,
    );
  return { ...rest, request: parseObject(id, request) } as unknown as Training;
}
