import type { Evidence, LimitChange, Violation } from '../evidence/evidence.ts';
import {
  acquiresSlot,
  getStartedAttempt,
  listAcceptances,
  listEvents,
  type ProviderRun,
  releasesSlot,
} from '../evidence/runs.ts';

/** Several processes of the machine read the clock; their readings differ by a few milliseconds. */
const CLOCK_TOLERANCE_MS = 5;

/** I1: live runs never exceed the concurrency limit, neither in the history of the simulator nor in the event stream of Redis. */
export function checkConcurrencyLimit(evidence: Evidence): readonly Violation[] {
  return [...checkProviderRuns(evidence), ...checkHeldSlots(evidence)];
}

/** A change replaces only changes that were answered before its request; of two concurrent changes either may apply last. */
function wasReplacedBefore({ limitChanges }: Evidence, change: LimitChange, ms: number): boolean {
  return limitChanges.some(
    (each) => each !== change && each.requestedAt >= change.answeredAt && each.answeredAt < ms,
  );
}

/** The highest limit that can have applied in a span: a change takes effect at some moment between request and response. */
function getHighestLimit(evidence: Evidence, fromMs: number, toMs: number): number {
  return Math.max(
    ...evidence.limitChanges
      .filter(
        (change) =>
          change.requestedAt <= toMs + CLOCK_TOLERANCE_MS &&
          !wasReplacedBefore(evidence, change, fromMs - CLOCK_TOLERANCE_MS),
      )
      .map(({ limit }) => limit),
  );
}

/** A slot that was acquired before the limit was lowered stays valid: surplus runs finish. */
function findSlotAcquiredAt(evidence: Evidence, trainingId: string, attempt: number): number | undefined {
  return listEvents(evidence, trainingId).find((event) => getStartedAttempt(event) === attempt)?.at;
}

/** A total loss of Redis may cost a training that was not backed up (I3); no process can then find its run. */
function wasLostWithRedis(
  { finalStates, notBackedUpAtLoss }: Evidence,
  { trainingId }: ProviderRun,
): boolean {
  return notBackedUpAtLoss.includes(trainingId) && finalStates.get(trainingId)?.training === undefined;
}

function checkProviderRuns(evidence: Evidence): readonly Violation[] {
  return listAcceptances(evidence).flatMap(({ run, live: all }) => {
    const live = all.filter((each) => each === run || !wasLostWithRedis(evidence, each));
    const acquiredAt = findSlotAcquiredAt(evidence, run.trainingId, run.attempt) ?? run.acceptedAt;
    const limit = getHighestLimit(evidence, acquiredAt, run.acceptedAt);
    const message = `${live.length} live runs at the provider exceed the concurrency limit of ${limit}`;
    return live.length > limit ? [{ invariant: 'I1', message, trainingId: run.trainingId }] : [];
  });
}

function checkHeldSlots(evidence: Evidence): readonly Violation[] {
  const holders = new Set<string>();
  const losses = [...evidence.flushedAt];
  return evidence.trainingEvents.flatMap((event): readonly Violation[] => {
    if ((losses[0] ?? Number.POSITIVE_INFINITY) <= event.at) {
      losses.shift();
      holders.clear();
    }
    if (releasesSlot(event)) holders.delete(event.trainingId);
    if (!acquiresSlot(event)) return [];
    holders.add(event.trainingId);
    const limit = getHighestLimit(evidence, event.at, event.at);
    const message = `${holders.size} slots acquired exceed the concurrency limit of ${limit}`;
    return event.type !== 'restored' && holders.size > limit
      ? [{ invariant: 'I1', message, trainingId: event.trainingId }]
      : [];
  });
}
