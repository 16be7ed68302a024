import {
  advanceBatches,
  createBatchBudgetPruner,
  createCatalogueWatch,
  type Deps,
  handleTicks,
  notifyBudgetExhausted,
  pruneTrainings,
  recheckGate,
  reconcile,
  refreshDatasetReports,
  runBackupCycle,
  runDeliveryJob,
  sweep,
  sweepNotifications,
  watchDataLoss,
  watchEndpoint,
} from '@trainyard/application';
import type { RedisBackend } from '@trainyard/redis';

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

/** Maintenance tasks by name, as the queue `maintenance` runs them. Intervals are real ms. */
export type MaintenanceTasks = Parameters<RedisBackend['runMaintenance']>[0];

/** The minimum interval of a task in real ms. Intervals shrink with a scaled clock down to this value. */
const MIN_INTERVAL_MS = 1_000;

/**
 * The table of the reconciler's maintenance tasks: name, interval, function. A task runs once per interval over all
 * processes. A run that throws is logged by the queue, and the task runs again at the next interval.
 */
export function createMaintenanceTasks(deps: Deps): MaintenanceTasks {
  const pruneBatchBudgets = createBatchBudgetPruner(deps);
  const watchCatalogue = createCatalogueWatch(deps);
  const every = (everyMs: number): number =>
    Math.max(MIN_INTERVAL_MS, Math.round(deps.clock.realMs(everyMs)));
  return {
    // Performs the pending effects of every training again.
    sweep: { everyMs: every(30_000), run: async () => void (await sweep(deps)) },
    // Creates the pending deliveries and publishes an exhausted day or month budget.
    notifications: {
      everyMs: every(30_000),
      run: async () => {
        await sweepNotifications(deps);
        await notifyBudgetExhausted(deps);
      },
    },
    // Backs up accepted trainings within 10 s.
    backup: { everyMs: every(3_000), run: () => runBackupCycle(deps) },
    // Enqueues the next trainings of each batch, then starts the due and missed ticks of the schedule.
    auto_train: {
      everyMs: every(30_000),
      run: async () => {
        await advanceBatches(deps);
        await handleTicks(deps);
      },
      cron: () => readAutoTrainCron(deps),
    },
    // Prunes trainings and batch budgets that ended longer ago than the retention.
    retention: {
      everyMs: every(60_000),
      run: async () => void (await Promise.all([pruneTrainings(deps), pruneBatchBudgets()])),
    },
    // Checks whether a closed gate can open.
    gate: { everyMs: every(60_000), run: () => recheckGate(deps) },
    // Makes the dataset reports of the actors whose eligibility depends on their data.
    datasets: { everyMs: every(60_000), run: async () => void (await refreshDatasetReports(deps)) },
    // Reads the alarms. Three bad readings of the endpoint in a row raise its alarm.
    watch: { everyMs: every(60_000), run: () => runWatches(deps, watchCatalogue) },
  };
}

/** Runs all watches. A failure of the provider or the object store skips the reading of its own watch only. */
async function runWatches(deps: Deps, watchCatalogue: () => Promise<void>): Promise<void> {
  const logFailure = (error: unknown): void => deps.log.warn('endpoint_check_failed', { error });
  const checks = [watchEndpoint, watchDataLoss, watchCatalogue];
  await Promise.all(checks.map((check) => check(deps).catch(logFailure)));
}

/** The cron pattern and time zone of the enabled schedule; undefined without a schedule. */
async function readAutoTrainCron({ batches }: Deps) {
  const { plan } = await batches.getSchedule();
  return plan?.enabled ? { pattern: plan.cron, tz: plan.tz } : undefined;
}
