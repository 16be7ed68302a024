import type { EventRecord } from '@trainyard/application';
import { holdsSlot, isTerminal, type Training, type TrainingEvent } from '@trainyard/domain';
import type { Keys } from '../redis/keys.ts';

/** What identifies one write, so that it is known when it comes again. */
export interface Change {
  readonly keys: readonly string[];
  readonly facts: Readonly<Record<string, unknown>>;
  readonly document: string;
  readonly event: string;
}

const aliasesOf = (keys: Keys, training: Training): readonly string[] => {
  const { jobId, requestId } = training.request;
  const runId =
    'attempt' in training && training.attempt && 'runId' in training.attempt
      ? training.attempt.runId
      : undefined;
  return [jobId, requestId, runId].filter((name) => name !== undefined).map(keys.alias);
};

/** The lock and the nonce of an attempt are ours alone; everything else of an event may be read by anyone. */
const detailOf = (event: TrainingEvent): Readonly<Record<string, unknown>> => {
  const { type: _, at: __, cause: ___, ...detail } = event;
  if (event.type === 'preparation_postponed') return { reason: event.reason, notBefore: event.notBefore };
  if (event.type !== 'submission_started') return detail;
  const { jobToken: ____, nonce: _____, ...attempt } = event.attempt;
  return { attempt };
};

/** The event as it is kept with the training and streamed. */
export const eventRecord = (training: Training, event: TrainingEvent, before: Training): EventRecord => ({
  seq: training.rev,
  at: event.at,
  type: event.type,
  from: before.status,
  to: training.status,
  cause: event.cause,
  detail: detailOf(event),
});

/** All that a script needs to write this revision and what follows from it. */
export const changeOf = (
  keys: Keys,
  training: Training,
  record: EventRecord,
  more: Readonly<Record<string, unknown>> & { readonly nonce: string },
): Change => ({
  keys: [
    keys.training(training.id),
    keys.events(training.id),
    keys.stream,
    keys.ledger,
    keys.owed,
    keys.control,
  ],
  facts: {
    id: training.id,
    rev: training.rev,
    at: record.at,
    from: record.from ?? '',
    to: record.to,
    indexFrom: record.from ? keys.indexStatus(record.from) : '',
    indexTo: keys.indexStatus(record.to),
    live: keys.live(training.request.subject),
    attention: keys.indexAttention,
    unjournalled: keys.unjournalled,
    needsAttention: training.needsAttention !== undefined,
    aliases: aliasesOf(keys, training),
    ended: isTerminal(training),
    settled: isTerminal(training) && training.recorded,
    holdsSlot: holdsSlot(training),
    ...more,
  },
  document: JSON.stringify(training),
  event: JSON.stringify(record),
});
