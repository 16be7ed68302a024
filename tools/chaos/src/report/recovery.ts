import type { Evidence, InjectionRecord } from '../evidence/evidence.ts';
import { listEvents, listRuns, listTrainingIds, releasesSlot } from '../evidence/runs.ts';
import type { FaultKind } from '../plan/fault-kinds.ts';
import { findEffectiveInjections } from './effective-injections.ts';
import type { IdleSpan } from './idle-slots.ts';
import { findIdleSlots } from './idle-slots.ts';

/** How long after a fault work lay idle at most. Ms of life. */
export interface Recovery {
  /** Until somebody went on with it: a slot used, an end noticed, a submission looked at, a model recorded. */
  readonly resumedMs: number;
  /** Until a submission in doubt was settled, which waits for evidence by SPEC §2 (60 s and three counts, or its end). */
  readonly settledMs: number;
}

/** The slowest recovery after each kind of fault of a seed whose faults came one at a time. */
export function measureRecoveries(
  evidence: Evidence,
  timeFactor: number,
): Readonly<Partial<Record<FaultKind, Recovery>>> {
  const injections = findEffectiveInjections(evidence).toSorted((a, b) => a.at - b.at);
  const resumed = findSlowest(evidence, injections, [
    ...findUnnoticedEnds(evidence),
    ...findIdleSlots(evidence, timeFactor),
    ...findStays(evidence, 'submitting'),
    ...findStays(evidence, 'finalizing'),
  ]);
  const settled = findSlowest(evidence, injections, findStays(evidence, 'unconfirmed'));
  const toScaledMs = (ms: number | undefined): number => Math.round((ms ?? 0) * timeFactor);
  return Object.fromEntries(
    [...new Set(injections.map(({ kind }) => kind))].map((kind) => [
      kind,
      { resumedMs: toScaledMs(resumed.get(kind)), settledMs: toScaledMs(settled.get(kind)) },
    ]),
  );
}

function findUnnoticedEnds(evidence: Evidence): readonly IdleSpan[] {
  return listRuns(evidence).flatMap(({ trainingId, endedAt, acceptedAt }) => {
    if (endedAt === undefined) return [];
    const freed = listEvents(evidence, trainingId).find(
      (event) => releasesSlot(event) && event.at >= acceptedAt,
    );
    return freed && freed.at > endedAt ? [{ from: endedAt, to: freed.at }] : [];
  });
}

/** How long trainings stayed in a state that others must lead them out of. */
function findStays(evidence: Evidence, status: string): readonly IdleSpan[] {
  return listTrainingIds(evidence).flatMap((trainingId) => {
    const events = listEvents(evidence, trainingId);
    return events.flatMap((event, at) => {
      if (event.to !== status || event.from === status) return [];
      const left = events.slice(at + 1).find(({ to }) => to !== status);
      return left ? [{ from: event.at, to: left.at }] : [];
    });
  });
}

/** The fault that struck last before an idle span ended, if that was after the fault was over. */
function findCause(injections: readonly InjectionRecord[], { to }: IdleSpan): InjectionRecord | undefined {
  const last = injections.findLast(({ at }) => at <= to);
  return last && last.recoverableAt <= to ? last : undefined;
}

function findSlowest(
  { recoveredAt }: Evidence,
  injections: readonly InjectionRecord[],
  spans: readonly IdleSpan[],
): ReadonlyMap<FaultKind, number> {
  const found = new Map<FaultKind, number>();
  for (const span of spans.filter(({ to }) => to < recoveredAt)) {
    const cause = findCause(injections, span);
    if (!cause) continue;
    const tookMs = span.to - Math.max(span.from, cause.recoverableAt);
    found.set(cause.kind, Math.max(tookMs, found.get(cause.kind) ?? 0));
  }
  return found;
}
