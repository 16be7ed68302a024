import { isTerminal, type TrainingStatus } from '@trainyard/domain';
import type { AcceptedRequest, Evidence, Violation } from '../evidence/evidence.ts';
import { listEvents, listTrainingIds } from '../evidence/runs.ts';
import type { RecordedEvent } from '../evidence/tails.ts';
import type { FaultKind } from '../plan/fault-kinds.ts';

/** A total loss of Redis may cost the trainings of the last 10 s (I3). Backup cycles are not scaled: real ms. */
const LOSS_WINDOW_MS = 10_000;
/** Faults that can keep the backup from being written. */
const BACKUP_BLOCKERS: ReadonlySet<FaultKind> = new Set<FaultKind>([
  ...(['store_down', 'result_past_retention', 'redis_frozen', 'redis_killed', 'redis_lost'] as const),
  ...(['reconciler_frozen', 'reconciler_killed', 'clock_jumped'] as const),
  'killed_between_manifest_and_save',
]);

function isEnded(status: TrainingStatus | null): boolean {
  return status !== null && isTerminal({ status });
}

/** Start of the span before a loss of Redis in which accepted trainings may be missing in the backup. Epoch ms. */
function findBackupGapStart({ injections }: Evidence, flushedAt: number): number {
  return injections
    .filter(({ kind }) => BACKUP_BLOCKERS.has(kind))
    .toSorted((a, b) => b.until - a.until)
    .reduce(
      (since, { at, until }) =>
        at < flushedAt && until >= since ? Math.min(since, at - LOSS_WINDOW_MS) : since,
      flushedAt - LOSS_WINDOW_MS,
    );
}

/** The time of acceptance decides, because the response may arrive after Redis was lost. */
function mayBeLost(evidence: Evidence, { trainingId, answeredAt }: AcceptedRequest): boolean {
  if (!evidence.notBackedUpAtLoss.includes(trainingId)) return false;
  const acceptedAt =
    listEvents(evidence, trainingId).find(({ type }) => type === 'accepted')?.at ?? answeredAt;
  return evidence.flushedAt.some((at) => acceptedAt <= at && acceptedAt > findBackupGapStart(evidence, at));
}

/** A loss of Redis deletes idempotency claims: the repeated request of an unanswered caller then creates a second training. */
function lostIdempotencyClaim(evidence: Evidence, trainingId: string): boolean {
  const acceptedAt = listEvents(evidence, trainingId)[0]?.at;
  return acceptedAt !== undefined && evidence.flushedAt.some((at) => at >= acceptedAt);
}

/** Each idempotency key is repeated until a response arrives, so a training without a response is a duplicate. */
function findUnexpectedTrainings(evidence: Evidence): readonly Violation[] {
  const answered = new Set(evidence.accepted.map(({ trainingId }) => trainingId));
  return listTrainingIds(evidence)
    .filter((trainingId) => !answered.has(trainingId) && !lostIdempotencyClaim(evidence, trainingId))
    .map((trainingId) => ({
      invariant: 'I3',
      message: 'the training duplicates a request that was answered with 202',
      trainingId,
    }));
}

/** I3: every training that was answered with 202 reaches a terminal state, and each request has a single training. */
export function checkTermination(evidence: Evidence): readonly Violation[] {
  return [...findUnexpectedTrainings(evidence), ...findUnfinished(evidence)];
}

function findUnfinished(evidence: Evidence): readonly Violation[] {
  return evidence.accepted.flatMap((request): readonly Violation[] => {
    const { trainingId } = request;
    const training = evidence.finalStates.get(trainingId)?.training;
    if (!training)
      return mayBeLost(evidence, request)
        ? []
        : [{ invariant: 'I3', message: 'the training was answered with 202 and does not exist', trainingId }];
    if (!isTerminal(training))
      return [
        {
          invariant: 'I3',
          message: `the training did not reach a terminal state: ${training.status}`,
          trainingId,
        },
      ];
    return [];
  });
}

/** After a loss of Redis, a restored or repeated training starts a new chain of events. */
function startsNewChain({ type }: RecordedEvent): boolean {
  return type === 'restored' || type === 'accepted';
}

function findChainFaults(events: readonly RecordedEvent[]): readonly string[] {
  return events.flatMap((event, at) => {
    const before = events[at - 1];
    if (!before || startsNewChain(event)) return [];
    const { from, to, seq, type } = event;
    return [
      ...(from !== before.to ? [`${type} started from ${from}, but the training was ${before.to}`] : []),
      ...(seq !== before.seq + 1 ? [`revision ${before.seq} was followed by ${seq}`] : []),
      ...(isEnded(from) && from !== to ? [`${type} moved the training from ${from} to ${to}`] : []),
    ];
  });
}

/** I4: a terminal state never changes, and each event continues the state and revision of the event before it. */
export function checkFinality(evidence: Evidence): readonly Violation[] {
  return listTrainingIds(evidence).flatMap((trainingId) => {
    const events = listEvents(evidence, trainingId);
    const status = evidence.finalStates.get(trainingId)?.training?.status;
    const lastStatus = events.at(-1)?.to;
    const faults = [
      ...findChainFaults(events),
      ...(status && lastStatus && status !== lastStatus
        ? [`the training is ${status}, but its last event moved it to ${lastStatus}`]
        : []),
    ];
    return faults.map((message): Violation => ({ invariant: 'I4', message, trainingId }));
  });
}
