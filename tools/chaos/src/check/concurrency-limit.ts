import type { Evidence, LimitChange, Violation } from '../evidence/evidence.ts';
import {
  acquiresSlot,
  getStartedAttempt,
  listAcceptances,
  listEvents,
  type ProviderRun,
  releasesSlot,
} from '../evidence/runs.ts';

/** Clocks are read by several processes of one machine. */
const CLOCK_TOLERANCE_MS = 5;

/** I1: never more alive than the bound, by the provider's own record and by ours. */
export function checkConcurrencyLimit(evidence: Evidence): readonly Violation[] {
  return [...checkProviderRuns(evidence), ...checkHeldSlots(evidence)];
}

/** A later change may have been asked for only when an earlier one was done; of two at once either may be the last. */
function wasReplacedBefore({ limitChanges }: Evidence, change: LimitChange, ms: number): boolean {
  return limitChanges.some(
    (each) => each !== change && each.requestedAt >= change.answeredAt && each.answeredAt < ms,
  );
}

/** The highest bound that may have been in force at some moment of a span: a change takes place somewhere between question and answer. */
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

/** A slot that was taken before the bound was lowered may be used: the surplus finishes. */
function findSlotAcquiredAt(evidence: Evidence, trainingId: string, attempt: number): number | undefined {
  return listEvents(evidence, trainingId).find((event) => getStartedAttempt(event) === attempt)?.at;
}

/** What a total loss of Redis may cost (I3), its run included: nobody knows of it any more. */
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
    const message = `${live.length} runs live at the provider past a bound of ${limit}`;
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
    const message = `${holders.size} slots taken past a bound of ${limit}`;
    return event.type !== 'restored' && holders.size > limit
      ? [{ invariant: 'I1', message, trainingId: event.trainingId }]
      : [];
  });
}
