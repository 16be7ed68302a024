import type { Clock, UniqueJobs } from '@trainyard/application';
import type { Queue } from 'bullmq';

/** Failed errands stay for Bull Board; done ones are of no interest. */
const JOB_RETENTION = { removeOnComplete: true, removeOnFail: { age: 24 * 3600, count: 1_000 } };

/** What errands of a queue are about: how the job calls it, and how the field is called that holds it. */
export interface JobKind {
  readonly name: string;
  readonly field: string;
}

/** Someone looks at a training. */
export const RECONCILE_JOB: JobKind = { name: 'reconcile', field: 'training_id' };
/** News are told, or what a channel holds is sent. */
export const DELIVERY_JOB: JobKind = { name: 'deliver', field: 'channel' };

/** Errands on BullMQ, one live for each thing (DESIGN §4). */
export function createJobs(queue: Queue, clock: Pick<Clock, 'realMs'>, { name, field }: JobKind): UniqueJobs {
  return {
    schedule: async (id, { delayMs }) => {
      const delay = Math.max(0, Math.ceil(clock.realMs(delayMs)));
      await queue.add(name, { [field]: id }, { ...JOB_RETENTION, delay, deduplication: { id } });
    },
    runNow: async (id) => {
      const deduplication = { id, keepLastIfActive: true, reschedule: true };
      await queue.add(name, { [field]: id }, { ...JOB_RETENTION, deduplication });
    },
  };
}
