import {
  advanceBatches,
  createBatchBudgetPruner,
  type Deps,
  handleTicks,
  notifyBudgetExhausted,
  pruneTrainings,
  recheckGate,
  reconcile,
  runBackupCycle,
  runDeliveryJob,
  sweep,
  sweepNotifications,
  watchDataLoss,
  watchEndpoint,
} from '@trainyard/application';
import type { RedisBackend } from '@trainyard/redis';

/** Everything the reconciler works with. */
export interface ReconcilerOptions {
  readonly deps: Deps;
  readonly redis: Pick<RedisBackend, 'runReconcileJobs' | 'runDeliveryJobs' | 'runMaintenance'>;
}

/** A reconciler at work. */
export interface Reconciler {
  /** Ends after the errands under way. */
  close(): Promise<void>;
}

/** How often every training that is owed something is asked, and a closed gate is tried. */
const SWEEP_EVERY_MS = 30_000;
const GATE_EVERY_MS = 60_000;
/** How often some of those that ended long ago are shrunk, and purses of batches let go. */
const RETENTION_EVERY_MS = 60_000;
/** How often the endpoint's live runs are counted; three readings in a row raise the alarm. */
const WATCH_EVERY_MS = 60_000;
/** How often batches are looked after; a tick that was missed runs then, too. */
const AUTO_TRAIN_EVERY_MS = 30_000;
/** What was accepted is in the backup within 10 s (SPEC §7). */
const BACKUP_EVERY_MS = 3_000;
/** A chore is not run more often than this, however time is scaled. Real ms. */
const MIN_INTERVAL_MS = 1_000;

/** Worker 2: webhook or poll → observation → state. It also sweeps and sends notifications; it never submits. */
export async function startReconciler({ deps, redis }: ReconcilerOptions): Promise<Reconciler> {
  const toInterval = (everyMs: number): number =>
    Math.max(MIN_INTERVAL_MS, Math.round(deps.clock.realMs(everyMs)));
  const pruneBatchBudgets = createBatchBudgetPruner(deps);
  const reconcileWorker = await redis.runReconcileJobs((trainingId) => reconcile(deps, trainingId));
  const deliveryWorker = await redis.runDeliveryJobs((channel) => runDeliveryJob(deps, channel));
  const maintenanceWorker = await redis.runMaintenance({
    sweep: { everyMs: toInterval(SWEEP_EVERY_MS), run: async () => void (await sweep(deps)) },
    notifications: { everyMs: toInterval(SWEEP_EVERY_MS), run: () => sweepDeliveries(deps) },
    backup: { everyMs: toInterval(BACKUP_EVERY_MS), run: () => runBackupCycle(deps) },
    auto_train: {
      everyMs: toInterval(AUTO_TRAIN_EVERY_MS),
      run: () => advanceAutoTrain(deps),
      cron: () => readAutoTrainCron(deps),
    },
    retention: {
      everyMs: toInterval(RETENTION_EVERY_MS),
      run: async () => void (await Promise.all([pruneTrainings(deps), pruneBatchBudgets()])),
    },
    gate: { everyMs: toInterval(GATE_EVERY_MS), run: () => recheckGate(deps) },
    watch: { everyMs: toInterval(WATCH_EVERY_MS), run: () => runWatches(deps) },
  });
  return {
    close: async () => {
      await Promise.all([reconcileWorker.close(), deliveryWorker.close(), maintenanceWorker.close()]);
    },
  };
}

async function sweepDeliveries(deps: Deps): Promise<void> {
  await sweepNotifications(deps);
  await notifyBudgetExhausted(deps);
}

async function advanceAutoTrain(deps: Deps): Promise<void> {
  await advanceBatches(deps);
  await handleTicks(deps);
}

/** A provider or a store that is away says nothing of the other. */
async function runWatches(deps: Deps): Promise<void> {
  const logFailure = (error: unknown): void => deps.log.warn('endpoint_check_failed', { error });
  await Promise.all([watchEndpoint, watchDataLoss].map((check) => check(deps).catch(logFailure)));
}

/** The cron of auto-train, while it is to run by itself. */
async function readAutoTrainCron({ batches }: Deps) {
  const { plan } = await batches.getSchedule();
  return plan?.enabled ? { pattern: plan.cron, tz: plan.tz } : undefined;
}
