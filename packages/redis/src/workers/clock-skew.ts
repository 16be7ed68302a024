import type { Queue } from 'bullmq';

/*
 * BullMQ keeps the moment at which a job is due, by the clock of who added it. Where a clock is set back by an hour,
 * everything that waits would wait an hour longer, and RunPod forgets an end after half of one.
 */

/** What two clocks that are right may differ by. Real ms. */
const SKEW_TOLERANCE_MS = 5_000;

/** Lets jobs that were added in what is the future now wait no longer: whoever looks too early loses nothing. */
export async function promoteSkewedJobs(queue: Queue): Promise<void> {
  for (const job of await queue.getDelayed())
    if (job.timestamp - Date.now() > SKEW_TOLERANCE_MS) await job.promote().catch(() => undefined);
}

/** Forgets a rhythm whose next turn is further away than any turn is. @param everyMs real ms */
export async function dropSkewedSchedule(queue: Queue, name: string, everyMs: number): Promise<void> {
  const next = (await queue.getJobScheduler(name))?.next;
  if (next !== undefined && next - Date.now() > everyMs + SKEW_TOLERANCE_MS)
    await queue.removeJobScheduler(name);
}
