import {
  type BatchStore,
  type Budgets,
  type ChangeFeed,
  type Clock,
  CREATE_DELIVERIES_JOB,
  type DatasetReports,
  type Deliveries,
  type DispatchControlChange,
  type PublicUrlLease,
  type SessionStore,
  type SharedStoreFault,
  type TrainingConsumer,
  type TrainingQueue,
  type TrainingStore,
  type TunnelRecords,
  type UniqueJobs,
} from '@trainyard/application';
import { Queue, QueueEventsProducer } from 'bullmq';
import type { Redis } from 'ioredis';
import { createBatchStore } from './batch-store.ts';
import { createChangeFeed } from './change-feed.ts';
import { createBudgets, toMicroUsd } from './control/budgets.ts';
import { createPublicUrlLease, createSharedStoreFault, createTunnelRecords } from './control/control.ts';
import { createDatasetReports } from './control/dataset-reports.ts';
import { createReplication } from './control/replication.ts';
import { createSessionStore } from './control/sessions.ts';
import { createDeliveryStore } from './delivery-store.ts';
import { openTrainingConsumer } from './dispatch/training-consumer.ts';
import { createTrainingQueue } from './dispatch/training-queue.ts';
import { CONTROL_CHANGED } from './dispatch/wake-events.ts';
import { formatAddress, type RedisTarget, toConnectionOptions } from './redis/address.ts';
import { LAYOUT } from './redis/calls.ts';
import { connectForCommands, disconnect, type OnRedisError, type RedisAddress } from './redis/connection.ts';
import { InvalidRedisConfigError } from './redis/errors.ts';
import { assertUsableRedis } from './redis/examine.ts';
import { createKeys, DEFAULT_PREFIX, type Keys, QUEUES } from './redis/keys.ts';
import type { RedisCheckOptions, RedisFinding } from './redis/redis-config.ts';
import { defineScripts } from './scripts/commands.ts';
import { createTrainingStore } from './trainings/store.ts';
import { type JobQueues, openJobQueues, type QueueDepth, readQueueDepths } from './workers/job-queues.ts';
import type { RunningWorker } from './workers/job-worker.ts';
import { type MaintenanceTask, runMaintenance } from './workers/maintenance-worker.ts';

/** The address, the clock and the initial values of a backend. */
export interface RedisBackendOptions extends RedisTarget, Pick<RedisCheckOptions, 'withoutAof'> {
  /** The prefix of all keys, a hash tag; `{trainyard}` by default. */
  readonly prefix?: string;
  readonly clock: Clock;
  /** The concurrency limit of a new state store; later starts read the stored limit. */
  readonly initialMaxConcurrency: number;
  /** The budgets of a new state store in USD; later starts read the stored budgets. */
  readonly initialBudgets?: { readonly dayUsd?: number; readonly monthUsd?: number };
  /** The IANA time zone in which days and months of spending start; UTC by default. */
  readonly budgetTimeZone?: string;
  readonly onError: OnRedisError;
  /** Called at start for each property of this Redis that can lose trainings, or is unknown. */
  readonly onWarning?: (warning: RedisFinding) => void;
}

/** The adapters on a Redis: state store, queues, feed, batches, budgets and deliveries. */
export interface RedisBackend extends JobQueues {
  readonly store: TrainingStore;
  readonly batches: BatchStore;
  readonly budgets: Budgets;
  readonly queue: TrainingQueue;
  readonly feed: ChangeFeed;
  readonly datasetReports: DatasetReports;
  readonly publicUrlLease: PublicUrlLease;
  readonly tunnelRecords: TunnelRecords;
  readonly sessions: SessionStore;
  /** The fault of the object store that any process met. */
  readonly storeFault: SharedStoreFault;
  readonly deliveries: Deliveries;
  /** Opens the dispatcher's consumer of the queue of trainings. */
  openConsumer(onWake: () => void): Promise<TrainingConsumer>;
  runMaintenance(tasks: Readonly<Record<string, MaintenanceTask>>): Promise<RunningWorker>;
  /** The BullMQ queues, for Bull Board. */
  queues(): readonly Queue[];
  /** Reads the clock of Redis. Epoch ms, real. */
  readTime(): Promise<number>;
  /** Counts the jobs of all queues by their state. */
  queueDepths(): Promise<readonly QueueDepth[]>;
  /** Sets BullMQ's global concurrency to the stored concurrency limit. */
  assertConcurrencyLimit(): Promise<void>;
  close(): Promise<void>;
}

/**
 * Examines Redis and opens the state store and the queues. A failed start leaves no connection open. Throws
 * InvalidRedisConfigError for a Redis that could lose trainings or refuses a part of the work, and RedisUnreachableError.
 */
export async function openRedisBackend(options: RedisBackendOptions): Promise<RedisBackend> {
  const address = await examineAddress(options);
  const redis = connectForCommands(address, options.onError);
  const queues = openQueues(redis, address, options.onError);
  const close = async (): Promise<void> => {
    await Promise.allSettled(Object.values(queues).map((each) => each.close()));
    await disconnect(redis);
  };
  try {
    const keys = createKeys(address.prefix, options.budgetTimeZone);
    await initializeControl(redis, keys, options);
    const backend = createBackend(options, { address, redis, keys, ...queues });
    await backend.assertConcurrencyLimit();
    return { ...backend, close };
  } catch (error) {
    await close();
    throw error;
  }
}

/** Reports the warnings about this Redis. @returns the address for all further connections */
async function examineAddress(options: RedisBackendOptions): Promise<RedisAddress> {
  const prefix = options.prefix ?? DEFAULT_PREFIX;
  const { findings, infoAllowed } = await assertUsableRedis({ ...options, prefix });
  for (const finding of findings) if (finding.status === 'warning') options.onWarning?.(finding);
  // Without INFO, ioredis cannot wait for the end of loading, and BullMQ cannot read the version.
  const withoutInfo = infoAllowed ? {} : { enableReadyCheck: false, skipVersionCheck: true };
  return { options: { ...toConnectionOptions(options), ...withoutInfo }, prefix };
}

/** The connection for commands, the key names and the queues of a backend. */
interface BackendParts extends ReturnType<typeof openQueues> {
  readonly address: RedisAddress;
  readonly redis: Redis;
  readonly keys: Keys;
}

function createBackend(
  { clock, onError, sentinel }: RedisBackendOptions,
  parts: BackendParts,
): Omit<RedisBackend, 'close'> {
  const { address, redis, keys, trainings, reconcile, maintenance, notifications } = parts;
  const queues = [trainings, reconcile, maintenance, notifications];
  const jobQueues = openJobQueues({ reconcile, notifications, address, clock, onError });
  const publishControlChange = createControlPublisher(parts, jobQueues.deliveryJobs, onError);
  const replication = createReplication(redis, keys, sentinel?.waitReplicas ?? 0);
  const store = createTrainingStore({ redis, keys, clock, replication, onControl: publishControlChange });
  return {
    ...jobQueues,
    store,
    ...createStores(redis, keys, { address, onError }),
    budgets: createBudgets({ redis, keys }, () => publishControlChange({})),
    queue: createTrainingQueue({ queue: trainings, redis, clock }),
    openConsumer: (onWake) => openTrainingConsumer({ address, redis, onWake, onError }),
    runMaintenance: (tasks) => runMaintenance({ address, tasks, onError, clock }),
    queues: () => queues,
    readTime: () => readTime(redis),
    queueDepths: () => readQueueDepths(queues),
    assertConcurrencyLimit: async () => {
      const { maxConcurrency } = await store.getControl();
      if (maxConcurrency >= 1) await trainings.setGlobalConcurrency(maxConcurrency);
    },
  };
}

function createStores(
  redis: Redis,
  keys: Keys,
  feed: { readonly address: RedisAddress; readonly onError: OnRedisError },
) {
  return {
    batches: createBatchStore(redis, keys),
    feed: createChangeFeed({ redis, ...feed }),
    datasetReports: createDatasetReports(redis, keys),
    publicUrlLease: createPublicUrlLease(redis, keys),
    tunnelRecords: createTunnelRecords(redis, keys),
    sessions: createSessionStore(redis, keys),
    storeFault: createSharedStoreFault(redis, keys),
    deliveries: createDeliveryStore(redis, keys),
  };
}

async function readTime(redis: Redis): Promise<number> {
  const [seconds, micros] = await redis.time();
  return Number(seconds) * 1_000 + Number(micros) / 1_000;
}

/**
 * Throws InvalidRedisConfigError for a prefix that holds a different layout. Layout 1 stored no number; its field `bound`
 * identifies it.
 */
async function assertLayout(redis: Redis, keys: Keys, target: RedisTarget): Promise<void> {
  const [layout, bound] = await redis.hmget(keys.control, 'layout', 'bound');
  const stored = layout ?? (bound == null ? undefined : '1');
  if (stored === undefined || stored === String(LAYOUT)) return;
  const text = `its prefix holds trainings of layout ${stored}; this version reads layout ${LAYOUT}: use an empty database or a different REDIS_PREFIX`;
  throw new InvalidRedisConfigError(formatAddress(target), [{ property: 'layout', status: 'fault', text }]);
}

/** Sets the layout, and the concurrency limit and the budgets of the environment, unless they are stored. */
async function initializeControl(redis: Redis, keys: Keys, options: RedisBackendOptions): Promise<void> {
  await assertLayout(redis, keys, options);
  const { dayUsd, monthUsd } = options.initialBudgets ?? {};
  await redis.hsetnx(keys.control, 'layout', LAYOUT);
  await redis.hsetnx(keys.control, 'max_concurrency', options.initialMaxConcurrency);
  if (dayUsd !== undefined) await redis.hsetnx(keys.budgets, 'day', toMicroUsd(dayUsd));
  if (monthUsd !== undefined) await redis.hsetnx(keys.budgets, 'month', toMicroUsd(monthUsd));
}

/** Wakes all dispatchers after a change of the concurrency limit, the pause, the gate or the budgets. */
function createControlPublisher(
  { trainings, producer }: Pick<BackendParts, 'trainings' | 'producer'>,
  deliveryJobs: UniqueJobs,
  onError: OnRedisError,
) {
  return async (change: DispatchControlChange): Promise<void> => {
    if (change.maxConcurrency !== undefined) await trainings.setGlobalConcurrency(change.maxConcurrency);
    await producer.publishEvent({ eventName: CONTROL_CHANGED });
    // A failure here only delays the notification until the next sweep of deliveries.
    if (change.gate !== undefined) await deliveryJobs.runNow(CREATE_DELIVERIES_JOB).catch(onError);
  };
}

function openQueues(redis: Redis, address: RedisAddress, onError: OnRedisError) {
  defineScripts(redis);
  const open = { connection: redis, prefix: address.prefix };
  const parts = {
    trainings: new Queue(QUEUES.trainings, open),
    reconcile: new Queue(QUEUES.reconcile, open),
    maintenance: new Queue(QUEUES.maintenance, open),
    notifications: new Queue(QUEUES.notifications, open),
    producer: new QueueEventsProducer(QUEUES.trainings, open),
  };
  for (const part of [parts.trainings, parts.reconcile, parts.maintenance, parts.notifications])
    part.on('error', onError);
  parts.producer.on('error', onError);
  return parts;
}
