import { givesSlotBack, takesSlot } from '../check/runs.ts';
import type { Evidence } from '../record/evidence.ts';
import type { RecordedEvent } from '../record/tail.ts';

/** A span in which there was something to do and nobody did it. Epoch ms, real. */
export interface Idle {
  readonly from: number;
  readonly to: number;
}

/** When a training that went back into the queue may be taken again. Real ms. */
const dueAt = ({ at, lifeAt, detail }: RecordedEvent, timeFactor: number): number => {
  const notBefore = detail['notBefore'];
  return typeof notBefore === 'number' ? at + Math.max(0, notBefore - lifeAt) / timeFactor : at;
};

/** The bound that everybody had heard of by then. */
const boundAt = ({ bounds }: Evidence, ms: number): number =>
  bounds.findLast(({ answeredAt }) => answeredAt <= ms)?.bound ?? 1;

/** Spans in which a slot was free and a training was due, up to the taking of that slot. */
export const idleSlots = (evidence: Evidence, timeFactor: number): readonly Idle[] => {
  const due = new Map<string, number>();
  const holders = new Set<string>();
  let freeSince = 0;
  return evidence.record.flatMap((event): readonly Idle[] => {
    const { trainingId, at, to } = event;
    const [firstDue] = [...due.values()].sort((a, b) => a - b);
    const raised = evidence.bounds.findLast(({ answeredAt }) => answeredAt <= at)?.answeredAt ?? 0;
    const from = Math.max(freeSince, firstDue ?? at, raised);
    if (to === 'queued') due.set(trainingId, dueAt(event, timeFactor));
    else due.delete(trainingId);
    if (givesSlotBack(event)) {
      if (holders.size >= boundAt(evidence, at)) freeSince = at;
      holders.delete(trainingId);
    }
    if (!takesSlot(event)) return [];
    holders.add(trainingId);
    return from < at ? [{ from, to: at }] : [];
  });
};
