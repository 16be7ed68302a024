import type { Clock, Errands } from '@trainyard/application';
import type { Queue } from 'bullmq';

/** Failed errands stay for Bull Board; done ones are of no interest. */
const KEEP = { removeOnComplete: true, removeOnFail: { age: 24 * 3600, count: 1_000 } };

/** Errands on BullMQ, one live per training (DESIGN §4). */
export const createErrands = (queue: Queue, clock: Clock): Errands => ({
  look: async (trainingId, { delayMs }) => {
    const delay = Math.max(0, Math.ceil(clock.realMs(delayMs)));
    await queue.add(
      'look',
      { training_id: trainingId },
      { ...KEEP, delay, deduplication: { id: trainingId } },
    );
  },
  hurry: async (trainingId) => {
    const deduplication = { id: trainingId, keepLastIfActive: true, reschedule: true };
    await queue.add('look', { training_id: trainingId }, { ...KEEP, deduplication });
  },
});
