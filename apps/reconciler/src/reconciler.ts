import { type Deps, reconcile, runDeliveryJob } from '@trainyard/application';
import type { RedisBackend } from '@trainyard/redis';
import { createMaintenanceTasks } from './maintenance.ts';

/** The ports of a reconciler. */
export interface ReconcilerOptions {
  readonly deps: Deps;
  readonly redis: Pick<RedisBackend, 'runReconcileJobs' | 'runDeliveryJobs' | 'runMaintenance'>;
}

/** A running reconciler. */
export interface Reconciler {
  /** Resolves after the jobs in progress have ended. */
  close(): Promise<void>;
}

/**
 * Starts worker 2. It polls runs, by schedule or after a webhook, and saves their state; it sends notifications and
 * runs the maintenance tasks. It never submits a run.
 */
export async function startReconciler({ deps, redis }: ReconcilerOptions): Promise<Reconciler> {
  const workers = [
    await redis.runReconcileJobs((trainingId) => reconcile(deps, trainingId)),
    await redis.runDeliveryJobs((channel) => runDeliveryJob(deps, channel)),
    await redis.runMaintenance(createMaintenanceTasks(deps)),
  ];
  return { close: async () => void (await Promise.all(workers.map((worker) => worker.close()))) };
}
