import type { Queue } from 'bullmq';

/** How many jobs a queue has in one of BullMQ's states. */
export interface QueueDepth {
  readonly queue: string;
  readonly state: string;
  readonly count: number;
}

const JOB_STATES = ['active', 'waiting', 'prioritized', 'delayed', 'failed'] as const;

/** Counts the jobs of these queues. */
export async function readQueueDepths(queues: readonly Queue[]): Promise<readonly QueueDepth[]> {
  const counted = await Promise.all(
    queues.map(async (queue) => ({ queue: queue.name, counts: await queue.getJobCounts(...JOB_STATES) })),
  );
  return counted.flatMap(({ queue, counts }) =>
    Object.entries(counts).map(([state, count]) => ({ queue, state, count })),
  );
}
