import type { UniqueJobs } from '../../ports/training-queue.ts';

/** The jobs of an in-memory queue, driven by the test. */
export interface MemoryUniqueJobs extends UniqueJobs {
  /** Ids of the jobs that are due, the earliest first. */
  listDue(): readonly string[];
  /** When the next job is due, epoch ms; undefined without a job. */
  nextDueAt(): number | undefined;
  /**
   * Runs every job that is jobs(). A handler returns the delay of its successor in ms, or undefined. A job that throws is
   * scheduled again after 1 s, as by a worker. @returns how many jobs ran
   */
  runDue(handle: (id: string) => Promise<number | undefined>): Promise<number>;
}

const RETRY_AFTER_MS = 1_000;

/** Creates a queue with a single live job per id at most. `jobs` holds the due time of each job, epoch ms. */
export function createMemoryUniqueJobs(now: () => number, jobs: () => Map<string, number>): MemoryUniqueJobs {
  const schedule = (id: string, delayMs: number): void => {
    if (!jobs().has(id)) jobs().set(id, now() + delayMs);
  };
  const listDue = (): readonly string[] =>
    [...jobs()]
      .filter(([, at]) => at <= now())
      .sort(([, a], [, b]) => a - b)
      .map(([id]) => id);
  return {
    schedule: async (id, { delayMs }) => schedule(id, delayMs),
    runNow: async (id) => void jobs().set(id, now()),
    listDue,
    nextDueAt: () => (jobs().size === 0 ? undefined : Math.min(...jobs().values())),
    runDue: async (handle) => {
      const ids = listDue();
      for (const id of ids) {
        jobs().delete(id);
        const successorMs = await handle(id).catch(() => RETRY_AFTER_MS);
        if (successorMs !== undefined) schedule(id, successorMs);
      }
      return ids.length;
    },
  };
}
