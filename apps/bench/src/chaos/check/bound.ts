import type { BoundSet, Evidence } from '../record/evidence.ts';
import { acceptancesOf, attemptBegun, eventsOf, givesSlotBack, type ProviderRun, takesSlot } from './runs.ts';
import type { Violation } from './violation.ts';

/** Clocks are read by several processes of one machine. */
const GRAIN_MS = 5;

/** A later change may have been asked for only when an earlier one was done; of two at once either may be the last. */
const replacedBefore = ({ bounds }: Evidence, set: BoundSet, ms: number): boolean =>
  bounds.some((each) => each !== set && each.askedAt >= set.answeredAt && each.answeredAt < ms);

/** The highest bound that may have been in force at some moment of a span: a change takes place somewhere between question and answer. */
const highestBound = (evidence: Evidence, fromMs: number, toMs: number): number =>
  Math.max(
    ...evidence.bounds
      .filter((set) => set.askedAt <= toMs + GRAIN_MS && !replacedBefore(evidence, set, fromMs - GRAIN_MS))
      .map(({ bound }) => bound),
  );

/** A slot that was taken before the bound was lowered may be used: the surplus finishes. */
const slotTakenAt = (evidence: Evidence, trainingId: string, attempt: number): number | undefined =>
  eventsOf(evidence, trainingId).find((event) => attemptBegun(event) === attempt)?.at;

/** What a total loss of Redis may cost (I3), its run included: nobody knows of it any more. */
const isForgotten = ({ kept, unkeptAtLoss }: Evidence, { trainingId }: ProviderRun): boolean =>
  unkeptAtLoss.includes(trainingId) && kept.get(trainingId)?.training === undefined;

const atProvider = (evidence: Evidence): readonly Violation[] =>
  acceptancesOf(evidence).flatMap(({ run, live: all }) => {
    const live = all.filter((each) => each === run || !isForgotten(evidence, each));
    const takenAt = slotTakenAt(evidence, run.trainingId, run.attempt) ?? run.acceptedAt;
    const bound = highestBound(evidence, takenAt, run.acceptedAt);
    const what = `${live.length} runs live at the provider past a bound of ${bound}`;
    return live.length > bound ? [{ invariant: 'I1', what, trainingId: run.trainingId }] : [];
  });

const inRecord = (evidence: Evidence): readonly Violation[] => {
  const holders = new Set<string>();
  const losses = [...evidence.flushedAt];
  return evidence.record.flatMap((event): readonly Violation[] => {
    if ((losses[0] ?? Number.POSITIVE_INFINITY) <= event.at) {
      losses.shift();
      holders.clear();
    }
    if (givesSlotBack(event)) holders.delete(event.trainingId);
    if (!takesSlot(event)) return [];
    holders.add(event.trainingId);
    const bound = highestBound(evidence, event.at, event.at);
    const what = `${holders.size} slots taken past a bound of ${bound}`;
    return event.type !== 'restored' && holders.size > bound
      ? [{ invariant: 'I1', what, trainingId: event.trainingId }]
      : [];
  });
};

/** I1: never more alive than the bound, by the provider's own record and by ours. */
export const checkBound = (evidence: Evidence): readonly Violation[] => [
  ...atProvider(evidence),
  ...inRecord(evidence),
];
