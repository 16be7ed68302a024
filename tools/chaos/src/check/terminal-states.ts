import { isTerminal, type TrainingStatus } from '@trainyard/domain';
import type { AcceptedRequest, Evidence, Violation } from '../evidence/evidence.ts';
import { listEvents, listTrainingIds } from '../evidence/runs.ts';
import type { RecordedEvent } from '../evidence/tails.ts';
import type { FaultKind } from '../plan/fault-kinds.ts';

/** What a total loss of Redis may cost (I3), where the journal does not hold it yet. Its turns are not scaled: real ms. */
const LOSS_WINDOW_MS = 10_000;
/** While these last the journal may not be written. */
const BACKUP_BLOCKERS: ReadonlySet<FaultKind> = new Set<FaultKind>([
  ...(['store_down', 'result_past_retention', 'redis_frozen', 'redis_killed', 'redis_lost'] as const),
  ...(['reconciler_frozen', 'reconciler_killed', 'clock_jumped'] as const),
  'killed_between_manifest_and_save',
]);

function isEnded(status: TrainingStatus | null): boolean {
  return status !== null && isTerminal({ status });
}

/** From when on the journal may not hold what was accepted before Redis was lost. */
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

/** What counts is when it was accepted: the answer may come after Redis was lost. */
function mayBeLost(evidence: Evidence, { trainingId, answeredAt }: AcceptedRequest): boolean {
  if (!evidence.notBackedUpAtLoss.includes(trainingId)) return false;
  const acceptedAt =
    listEvents(evidence, trainingId).find(({ type }) => type === 'accepted')?.at ?? answeredAt;
  return evidence.flushedAt.some((at) => acceptedAt <= at && acceptedAt > findBackupGapStart(evidence, at));
}

/** What was accepted before Redis was lost lost its claim with it: its caller, if yet unanswered, made another one. */
function lostIdempotencyClaim(evidence: Evidence, trainingId: string): boolean {
  const acceptedAt = listEvents(evidence, trainingId)[0]?.at;
  return acceptedAt !== undefined && evidence.flushedAt.some((at) => at >= acceptedAt);
}

/** Every key was asked with until it was answered: what no answer names was made beside it. */
function findUnexpectedTrainings(evidence: Evidence): readonly Violation[] {
  const answered = new Set(evidence.accepted.map(({ trainingId }) => trainingId));
  return listTrainingIds(evidence)
    .filter((trainingId) => !answered.has(trainingId) && !lostIdempotencyClaim(evidence, trainingId))
    .map((trainingId) => ({
      invariant: 'I3',
      message: 'it was made beside the one that was answered 202',
      trainingId,
    }));
}

/** I3: everything that was answered 202 has come to its end, and stands for one request. */
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
        : [{ invariant: 'I3', message: 'it was answered 202 and nobody knows it', trainingId }];
    if (!isTerminal(training))
      return [{ invariant: 'I3', message: `it came to no end: ${training.status}`, trainingId }];
    return [];
  });
}

/** Redis was lost in between: what was restored begins a new chain. */
function startsNewChain({ type }: RecordedEvent): boolean {
  return type === 'restored' || type === 'accepted';
}

function findChainFaults(events: readonly RecordedEvent[]): readonly string[] {
  return events.flatMap((event, at) => {
    const before = events[at - 1];
    if (!before || startsNewChain(event)) return [];
    const { from, to, seq, type } = event;
    return [
      ...(from !== before.to ? [`${type} came from ${from}, though it was ${before.to}`] : []),
      ...(seq !== before.seq + 1 ? [`revision ${before.seq} was followed by ${seq}`] : []),
      ...(isEnded(from) && from !== to ? [`${type} led from ${from} to ${to}`] : []),
    ];
  });
}

/** I4: what has ended stays as it ended, and every change follows from the one before. */
export function checkFinality(evidence: Evidence): readonly Violation[] {
  return listTrainingIds(evidence).flatMap((trainingId) => {
    const events = listEvents(evidence, trainingId);
    const status = evidence.finalStates.get(trainingId)?.training?.status;
    const lastStatus = events.at(-1)?.to;
    const faults = [
      ...findChainFaults(events),
      ...(status && lastStatus && status !== lastStatus
        ? [`it is ${status}, though its last event says ${lastStatus}`]
        : []),
    ];
    return faults.map((message): Violation => ({ invariant: 'I4', message, trainingId }));
  });
}
