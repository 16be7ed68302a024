import type { Deps } from '../../deps.ts';
import type { SessionStore } from '../../ports/sessions.ts';
import type { TrainingConsumer } from '../../ports/training-queue.ts';
import { createMemoryBatches } from './batches.ts';
import { createMemoryBudgets } from './budgets.ts';
import { createMemoryDatasetReports } from './dataset-reports.ts';
import { createMemoryDeliveries } from './deliveries.ts';
import { createMemorySessions } from './sessions.ts';
import { createMemoryConsumer, createMemoryTrainingQueue } from './training-queue.ts';
import { createMemoryData } from './training-store/data.ts';
import { createMemoryTrainingStore } from './training-store/index.ts';
import { createMemoryUniqueJobs, type MemoryUniqueJobs } from './unique-jobs.ts';

/** The clock of the backend, its first concurrency limit (2 by default; 0: not set), and the zone of its budgets. */
export interface MemoryBackendOptions {
  readonly now: () => number;
  readonly maxConcurrency?: number;
  readonly timeZone?: string;
}

/** The in-memory counterpart of the Redis backend: every port of the state store, over the same data. */
export interface MemoryBackend
  extends Pick<Deps, 'store' | 'queue' | 'budgets' | 'batches' | 'deliveries' | 'datasetReports'> {
  readonly reconcileJobs: MemoryUniqueJobs;
  readonly deliveryJobs: MemoryUniqueJobs;
  readonly sessions: SessionStore;
  /** Opens a consumer; `onWake` is called after each change of the queue or of dispatch control, until it is closed. */
  openConsumer(onWake: () => void): Promise<TrainingConsumer>;
  /** Copies all data. @returns a function that replaces the data by this copy */
  snapshot(): () => void;
  /** Deletes all data, as FLUSHALL does. */
  flush(): void;
}

/** Creates an empty backend. It has no epoch; the first check of the epoch establishes one. */
export function createMemoryBackend({
  now,
  maxConcurrency = 2,
  timeZone = 'UTC',
}: MemoryBackendOptions): MemoryBackend {
  const listeners = new Set<() => void>();
  const onChange = (): void => {
    for (const listener of listeners) listener();
  };
  const state = { data: createMemoryData(maxConcurrency) };
  const context = { state, now, timeZone, onChange };
  return {
    store: createMemoryTrainingStore(context),
    queue: createMemoryTrainingQueue(context),
    budgets: createMemoryBudgets(context),
    batches: createMemoryBatches(state),
    deliveries: createMemoryDeliveries(state),
    reconcileJobs: createMemoryUniqueJobs(now, () => state.data.reconcileJobs),
    deliveryJobs: createMemoryUniqueJobs(now, () => state.data.deliveryJobs),
    datasetReports: createMemoryDatasetReports(() => state.data.datasetReports),
    sessions: createMemorySessions(now, () => state.data.sessions),
    openConsumer: async (onWake) => {
      listeners.add(onWake);
      return createMemoryConsumer(context, () => listeners.delete(onWake));
    },
    snapshot: () => {
      const copy = structuredClone(state.data);
      return () => {
        state.data = structuredClone(copy);
      };
    },
    flush: () => {
      state.data = createMemoryData(maxConcurrency);
    },
  };
}
