import type { RecordedEvent } from '../evidence/event-tail.ts';
import type { Evidence } from '../evidence/evidence.ts';
import { acquiresSlot, releasesSlot } from '../evidence/runs.ts';

/** A span in which there was something to do and nobody did it. Epoch ms, real. */
export interface IdleSpan {
  readonly from: number;
  readonly to: number;
}

/** Spans in which a slot was free and a training was due, up to the taking of that slot. */
export function findIdleSlots(evidence: Evidence, timeFactor: number): readonly IdleSpan[] {
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

/** When a training that went back into the queue may be taken again. Real ms. */
function getDueAt({ at, scaledAt, detail }: RecordedEvent, timeFactor: number): number {
  const notBefore = detail['notBefore'];
  return typeof notBefore === 'number' ? at + Math.max(0, notBefore - scaledAt) / timeFactor : at;
}

/** The bound that everybody had heard of by then. */
function getLimitAt({ limitChanges }: Evidence, ms: number): number {
  return limitChanges.findLast(({ answeredAt }) => answeredAt <= ms)?.limit ?? 1;
}
