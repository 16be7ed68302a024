import type { Evidence, InjectionRecord } from '../evidence/evidence.ts';
import { acquiresSlot, listEvents, listRuns, listTrainingIds, releasesSlot } from '../evidence/runs.ts';
import type { RecordedEvent } from '../evidence/tails.ts';
import type { FaultKind } from '../plan/fault-kinds.ts';

/** Longest idle times after a fault. Scaled ms (docs/testing/chaos.md). */
export interface Recovery {
  /** Until a process used a free slot, noticed an end, resolved a submission or recorded a model. */
  readonly resumedMs: number;
  /** Until an unconfirmed submission was resolved by evidence: 60 s and three counts, or the end of its run. */
  readonly settledMs: number;
}

/** Measures the slowest recovery per kind of fault in the evidence of an isolated seed. */
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

/** Spans in which trainings stayed in a status that a process must end. */
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

/** The last fault before the end of an idle span, unless the span ended before the fault was recoverable. */
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

/** A span in which work was pending and idle. Unscaled epoch ms. */
interface IdleSpan {
  readonly from: number;
  readonly to: number;
}

/** Spans from a free slot and a due training until the slot was acquired. */
function findIdleSlots(evidence: Evidence, timeFactor: number): readonly IdleSpan[] {
  const due = new Map<string, number>();
  const holders = new Set<string>();
  let freeSince = 0;
  return evidence.trainingEvents.flatMap((event): readonly IdleSpan[] => {
    const { trainingId, at, to } = event;
    const [firstDue] = [...due.values()].sort((a, b) => a - b);
    const raised = evidence.limitChanges.findLast(({ answeredAt }) => answeredAt <= at)?.answeredAt ?? 0;
    const from = Math.max(freeSince, firstDue ?? at, raised);
    if (to === 'queued') due.set(trainingId, getDueAt(event, timeFactor));
    else due.delete(trainingId);
    if (releasesSlot(event)) {
      if (holders.size >= getLimitAt(evidence, at)) freeSince = at;
      holders.delete(trainingId);
    }
    if (!acquiresSlot(event)) return [];
    holders.add(trainingId);
    return from < at ? [{ from, to: at }] : [];
  });
}

/** Time at which a requeued training is due. Unscaled epoch ms. */
function getDueAt({ at, scaledAt, detail }: RecordedEvent, timeFactor: number): number {
  const notBefore = detail['notBefore'];
  return typeof notBefore === 'number' ? at + Math.max(0, notBefore - scaledAt) / timeFactor : at;
}

/** The concurrency limit of the last change that was answered by then. */
function getLimitAt({ limitChanges }: Evidence, ms: number): number {
  return limitChanges.findLast(({ answeredAt }) => answeredAt <= ms)?.limit ?? 1;
}

/** Faults that took effect. A simulator fault without a matching call did not. */
export function findEffectiveInjections({
  injections,
  provider,
}: Pick<Evidence, 'injections' | 'provider'>): readonly InjectionRecord[] {
  const hits = new Set(provider.map(({ tag }) => tag));
  return injections.filter(({ injected, tags = [] }) => injected && tags.every((tag) => hits.has(tag)));
}
