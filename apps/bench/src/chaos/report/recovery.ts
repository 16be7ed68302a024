import { eventsOf, givesSlotBack, runsOf, trainingIdsOf } from '../check/runs.ts';
import type { FaultKind } from '../plan/fault-kinds.ts';
import type { Evidence, Strike } from '../record/evidence.ts';
import type { Idle } from './idle-slots.ts';
import { idleSlots } from './idle-slots.ts';
import { strikesIn } from './strikes.ts';

/** How long after a fault work lay idle at most. Ms of life. */
export interface Recovery {
  /** Until somebody went on with it: a slot used, an end noticed, a submission looked at, a model recorded. */
  readonly takenUpMs: number;
  /** Until a submission in doubt was settled, which waits for evidence by SPEC §2 (60 s and three counts, or its end). */
  readonly settledMs: number;
}

const unnoticedEnds = (evidence: Evidence): readonly Idle[] =>
  runsOf(evidence).flatMap(({ trainingId, endedAt, acceptedAt }) => {
    if (endedAt === undefined) return [];
    const freed = eventsOf(evidence, trainingId).find(
      (event) => givesSlotBack(event) && event.at >= acceptedAt,
    );
    return freed && freed.at > endedAt ? [{ from: endedAt, to: freed.at }] : [];
  });

/** How long trainings stayed in a state that others must lead them out of. */
const staysIn = (evidence: Evidence, status: string): readonly Idle[] =>
  trainingIdsOf(evidence).flatMap((trainingId) => {
    const events = eventsOf(evidence, trainingId);
    return events.flatMap((event, at) => {
      if (event.to !== status || event.from === status) return [];
      const left = events.slice(at + 1).find(({ to }) => to !== status);
      return left ? [{ from: event.at, to: left.at }] : [];
    });
  });

/** The fault that struck last before an idle span ended, if that was after the fault was over. */
const causeOf = (strikes: readonly Strike[], { to }: Idle): Strike | undefined => {
  const last = strikes.findLast(({ at }) => at <= to);
  return last && last.recoverableAt <= to ? last : undefined;
};

const slowest = (
  { mendedAt }: Evidence,
  strikes: readonly Strike[],
  spans: readonly Idle[],
): ReadonlyMap<FaultKind, number> => {
  const found = new Map<FaultKind, number>();
  for (const span of spans.filter(({ to }) => to < mendedAt)) {
    const cause = causeOf(strikes, span);
    if (!cause) continue;
    const tookMs = span.to - Math.max(span.from, cause.recoverableAt);
    found.set(cause.kind, Math.max(tookMs, found.get(cause.kind) ?? 0));
  }
  return found;
};

/** The slowest recovery after each kind of fault of a seed whose faults came one at a time. */
export const recoveriesIn = (
  evidence: Evidence,
  timeFactor: number,
): Readonly<Partial<Record<FaultKind, Recovery>>> => {
  const strikes = strikesIn(evidence).toSorted((a, b) => a.at - b.at);
  const takenUp = slowest(evidence, strikes, [
    ...unnoticedEnds(evidence),
    ...idleSlots(evidence, timeFactor),
    ...staysIn(evidence, 'submitting'),
    ...staysIn(evidence, 'finalizing'),
  ]);
  const settled = slowest(evidence, strikes, staysIn(evidence, 'unconfirmed'));
  const life = (ms: number | undefined): number => Math.round((ms ?? 0) * timeFactor);
  return Object.fromEntries(
    [...new Set(strikes.map(({ kind }) => kind))].map((kind) => [
      kind,
      { takenUpMs: life(takenUp.get(kind)), settledMs: life(settled.get(kind)) },
    ]),
  );
};
