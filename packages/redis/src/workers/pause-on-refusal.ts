import type { Worker } from 'bullmq';
import { findRefusal } from '../redis/store-errors.ts';

/** Long enough to be no load, short beside what a full disk or memory takes to be seen to. Real ms. */
const PAUSE_MS = 1_000;

/**
 * Lets a worker rest while Redis refuses: BullMQ asks again at once then, hundreds of times a second, and tells of each.
 * @returns ends it; to be called before the worker is closed
 */
export function pauseOnRefusal(worker: Worker): () => void {
  let pauseTimer: NodeJS.Timeout | undefined;
  let stopped = false;
  worker.on('error', (error) => {
    if (stopped || pauseTimer !== undefined || findRefusal(error) === undefined) return;
    void worker.pause(true);
    pauseTimer = setTimeout(() => {
      pauseTimer = undefined;
      void worker.resume();
    }, PAUSE_MS);
  });
  return () => {
    stopped = true;
    clearTimeout(pauseTimer);
  };
}
