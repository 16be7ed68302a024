import { eventsOf, givesSlotBack, runsOf, takesSlot } from '../check/runs.ts';
import { drawOf, type FaultKind } from '../plan/fault-kinds.ts';
import type { Evidence, Strike } from '../record/evidence.ts';
import { strikesIn } from './strikes.ts';

/** A span in which there was something to do and nobody did it. Epoch ms, real. */
interface Idle {
  readonly from: number;
  readonly to: number;
}

/** How long before an idle span a fault may have struck to be held for its cause. Real ms. */
const CAUSE_WITHIN_MS = 1_000;

const unnoticedEnds = (evidence: Evidence): readonly Idle[] =>
  runsOf(evidence).flatMap(({ trainingId, endedAt, acceptedAt }) => {
    if (endedAt === undefined) return [];
    const freed = eventsOf(evidence, trainingId).find(
      (event) => givesSlotBack(event) && event.at >= acceptedAt,
    );
    return freed && freed.at > endedAt ? [{ from: endedAt, to: freed.at }] : [];
  });

const unusedSlots = (evidence: Evidence): readonly Idle[] => {
  const waiting = new Set<string>();
  return evidence.record.flatMap((event, at) => {
    if (event.type === 'accepted') waiting.add(event.trainingId);
    if (takesSlot(event)) waiting.delete(event.trainingId);
    if (!givesSlotBack(event) || waiting.size === 0) return [];
    const next = evidence.record.slice(at).find(takesSlot);
    return next ? [{ from: event.at, to: next.at }] : [];
  });
};

/** From the death of a process others must go on; anything else must first be over. */
const overAt = ({ kind, at, until }: Strike): number => (drawOf(kind).kills ? at : until);

/** Of all faults around an idle span, the one that was over last is held for its cause. */
const causeOf = (strikes: readonly Strike[], { from, to }: Idle): Strike | undefined =>
  strikes
    .filter((each) => each.at <= to && overAt(each) <= to && each.until >= from - CAUSE_WITHIN_MS)
    .toSorted((a, b) => overAt(b) - overAt(a))[0];

/** The longest that work lay idle after each kind of fault. Real ms. */
export const slowestRecoveries = (evidence: Evidence): ReadonlyMap<FaultKind, number> => {
  const strikes = strikesIn(evidence);
  const slowest = new Map<FaultKind, number>();
  for (const idle of [...unnoticedEnds(evidence), ...unusedSlots(evidence)]) {
    const cause = causeOf(strikes, idle);
    if (!cause) continue;
    const tookMs = idle.to - Math.max(idle.from, overAt(cause));
    slowest.set(cause.kind, Math.max(tookMs, slowest.get(cause.kind) ?? 0));
  }
  return slowest;
};
