import type { Clock } from '@trainyard/application';
import { type Job, Queue, Worker } from 'bullmq';
import {
  closeWithTimeout,
  connectForBlocking,
  disconnect,
  type OnRedisError,
  type RedisAddress,
} from '../redis/connection.ts';
import { QUEUES } from '../redis/keys.ts';
import {
  dropSkewedSchedule,
  getLockOptions,
  getRepairIntervalMs,
  pauseOnRefusal,
  type RunningWorker,
} from './job-worker.ts';

/** A maintenance task, which runs in a fixed interval and, where it has a cron, also at the times of the cron. */
export interface MaintenanceTask {
  /** The interval in real ms. */
  readonly everyMs: number;
  readonly run: () => Promise<void>;
  /** The current cron; undefined while the task has no cron. */
  readonly cron?: () => Promise<{ readonly pattern: string; readonly tz: string } | undefined>;
}

interface MaintenanceOptions {
  readonly address: RedisAddress;
  readonly tasks: Readonly<Record<string, MaintenanceTask>>;
  readonly onError: OnRedisError;
  readonly clock: Pick<Clock, 'realMs'>;
}

/** The number of different tasks that a process runs at the same time, so that a long task does not delay the others. */
const MAINTENANCE_CONCURRENCY = 4;
const TASK_RETENTION = { removeOnComplete: true, removeOnFail: { count: 100 } };

/** Runs the maintenance tasks. Each task runs once per interval over all processes. */
export async function runMaintenance(options: MaintenanceOptions): Promise<RunningWorker> {
  const { address, tasks, onError, clock } = options;
  const connection = connectForBlocking(address, onError);
  const queue = new Queue(QUEUES.maintenance, { connection, prefix: address.prefix });
  const worker = new Worker(QUEUES.maintenance, createTaskRunner(tasks), {
    connection,
    prefix: address.prefix,
    concurrency: MAINTENANCE_CONCURRENCY,
    ...getLockOptions(clock),
  });
  queue.on('error', onError);
  worker.on('error', onError);
  worker.on('failed', (_, error) => onError(error));
  const stopPausing = pauseOnRefusal(worker);
  await scheduleTasks(queue, tasks);
  // A flushed Redis lost the schedules, and a clock that was set back moved them into the future.
  const repairTimer = setInterval(
    () => scheduleTasks(queue, tasks).catch(onError),
    getRepairIntervalMs(clock),
  );
  await worker.waitUntilReady();
  return {
    close: async () => {
      clearInterval(repairTimer);
      stopPausing();
      await closeWithTimeout(worker, connection);
      await closeWithTimeout(queue, connection);
      await disconnect(connection);
    },
  };
}

/** A task that is still running in this process is not started again. */
function createTaskRunner(tasks: MaintenanceOptions['tasks']) {
  const inProgress = new Set<string>();
  return async ({ name }: Job): Promise<void> => {
    if (inProgress.has(name)) return;
    inProgress.add(name);
    await tasks[name]?.run().finally(() => inProgress.delete(name));
  };
}

async function scheduleTasks(queue: Queue, tasks: MaintenanceOptions['tasks']): Promise<void> {
  for (const [name, task] of Object.entries(tasks)) {
    await dropSkewedSchedule(queue, name, task.everyMs);
    await queue.upsertJobScheduler(name, { every: task.everyMs }, { name, opts: TASK_RETENTION });
    await scheduleCron(queue, name, task);
  }
}

function toCronSchedulerName(name: string): string {
  return `${name} at`;
}

/** Updates the scheduler of a cron. An unchanged cron is not written again, because that could skip a due tick. */
async function scheduleCron(queue: Queue, name: string, { cron }: MaintenanceTask): Promise<void> {
  if (!cron) return;
  const [wanted, current] = await Promise.all([cron(), queue.getJobScheduler(toCronSchedulerName(name))]);
  if (wanted?.pattern === current?.pattern && wanted?.tz === current?.tz) return;
  if (!wanted) return void (await queue.removeJobScheduler(toCronSchedulerName(name)));
  await queue.upsertJobScheduler(toCronSchedulerName(name), wanted, { name, opts: TASK_RETENTION });
}
