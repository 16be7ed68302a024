import {
  type BatchStore,
  type Budgets,
  type ChangeFeed,
  type Clock,
  CREATE_DELIVERIES_JOB,
  type Deliveries,
  type PublicUrlLease,
  type TrainingConsumer,
  type TrainingQueue,
  type TrainingStore,
  type UniqueJobs,
} from '@trainyard/application';
import { Queue, QueueEventsProducer } from 'bullmq';
import type { Redis } from 'ioredis';
import { createBatchStore } from './batches/batches.ts';
import { createDeliveries } from './deliveries/deliveries.ts';
import { CONTROL_CHANGED, openTrainingConsumer } from './dispatch/training-consumer.ts';
import { createTrainingQueue } from './dispatch/training-queue.ts';
import { createChangeFeed } from './events/feed.ts';
import { createPublicAddress } from './public-address.ts';
import { assertRedisConfig, type RedisCheckOptions, type RedisFinding } from './redis/config-check.ts';
import { connectForCommands, disconnect, type OnRedisError, type RedisAddress } from './redis/connection.ts';
import { readRedisProperties } from './redis/inspect.ts';
import { createKeys, DEFAULT_PREFIX, type Keys, QUEUES } from './redis/keys.ts';
import { toMicroUsd } from './trainings/budget-facts.ts';
import { createBudgets } from './trainings/budgets.ts';
import type { ControlChange } from './trainings/control.ts';
import { createTrainingStore } from './trainings/store.ts';
import { type JobQueues, openJobQueues } from './workers/job-queues.ts';
import { type QueueDepth, readQueueDepths } from './workers/queue-depths.ts';
import { type RunningWorker, runMaintenance } from './workers/workers.ts';

export interface RedisBackendOptions extends RedisCheckOptions {
  readonly redisUrl: string;
  readonly prefix?: string;
  readonly clock: Clock;
  /** Only initialises the max_concurrency; afterwards the stored one counts (DESIGN §4 rule 9). */
  readonly initialMaxConcurrency: number;
  /** Only initialise the budgets likewise. USD. */
  readonly initialBudgets?: { readonly dayUsd?: number; readonly monthUsd?: number };
  /** Where the clock hangs that parts days and months of spending; UTC unless told. */
  readonly budgetTimeZone?: string;
  readonly onError: OnRedisError;
  /** Told once of each thing that may lose something, or is not known, of this Redis. */
  readonly onWarning?: (warning: RedisFinding) => void;
}

/** Everything of ours that lives on one Redis. */
export interface RedisBackend extends JobQueues {
  readonly store: TrainingStore;
  readonly batches: BatchStore;
  readonly budgets: Budgets;
  readonly queue: TrainingQueue;
  readonly feed: ChangeFeed;
  readonly publicAddress: PublicUrlLease;
  readonly deliveries: Deliveries;
  /** The dispatcher's end of the line of trainings. */
  openConsumer(onWake: () => void): Promise<TrainingConsumer>;
  runMaintenance(tasks: Parameters<typeof runMaintenance>[0]['tasks']): Promise<RunningWorker>;
  /** The queues as BullMQ knows them, for Bull Board. */
  queues(): readonly Queue[];
  /** The record's own clock. Epoch ms, real. */
  readTime(): Promise<number>;
  /** How many jobs the queues have, by their state. */
  queueDepths(): Promise<readonly QueueDepth[]>;
  /** Sets the queue's own max_concurrency again to the stored one. */
  assertConcurrencyLimit(): Promise<void>;
  close(): Promise<void>;
}

/**
 * Opens the record, the ledger and the queues. Throws UnfitRedisError where nothing may be kept, and what the
 * connection met when Redis cannot be reached within its first tries.
 */
export async function openRedisBackend(options: RedisBackendOptions): Promise<RedisBackend> {
  const { clock, onError } = options;
  const address: RedisAddress = { url: options.redisUrl, prefix: options.prefix ?? DEFAULT_PREFIX };
  const connected = await connect(options, address);
  const { redis, trainings, reconcile, maintenance, notifications, producer } = connected;
  const queues = [trainings, reconcile, maintenance, notifications];
  const keys = createKeys(address.prefix, options.budgetTimeZone);
  await initializeControl(redis, keys, options);
  const jobQueues = openJobQueues({ reconcile, notifications, address, clock, onError });
  const publishControlChange = createControlPublisher(connected, jobQueues.deliveryJobs, onError);
  const store = createTrainingStore({ redis, keys, clock, onControl: publishControlChange });
  const assertConcurrencyLimit = async (): Promise<void> => {
    const { maxConcurrency } = await store.getControl();
    if (maxConcurrency >= 1) await trainings.setGlobalConcurrency(maxConcurrency);
  };
  await assertConcurrencyLimit();
  return {
    ...jobQueues,
    store,
    batches: createBatchStore(redis, keys),
    budgets: createBudgets({ redis, keys }, () => publishControlChange({})),
    feed: createChangeFeed({ redis, address, onError }),
    publicAddress: createPublicAddress(redis, keys),
    deliveries: createDeliveries(redis, keys),
    queue: createTrainingQueue({ queue: trainings, redis, clock }),
    openConsumer: (onWake) => openTrainingConsumer({ address, redis, onWake, onError }),
    runMaintenance: (tasks) => runMaintenance({ address, tasks, onError, clock }),
    queues: () => queues,
    readTime: () => readTime(redis),
    queueDepths: () => readQueueDepths(queues),
    assertConcurrencyLimit,
    close: async () => {
      await Promise.allSettled([...queues, producer].map((each) => each.close()));
      await disconnect(redis);
    },
  };
}

async function readTime(redis: Redis): Promise<number> {
  const [seconds, micros] = await redis.time();
  return Number(seconds) * 1_000 + Number(micros) / 1_000;
}

/** What the environment begins with, where nothing is set yet. */
async function initializeControl(redis: Redis, keys: Keys, options: RedisBackendOptions): Promise<void> {
  const { dayUsd, monthUsd } = options.initialBudgets ?? {};
  await redis.hsetnx(keys.control, 'max_concurrency', options.initialMaxConcurrency);
  if (dayUsd !== undefined) await redis.hsetnx(keys.budgets, 'day', toMicroUsd(dayUsd));
  if (monthUsd !== undefined) await redis.hsetnx(keys.budgets, 'month', toMicroUsd(monthUsd));
}

async function checkRedis(redis: Redis, options: RedisBackendOptions): Promise<void> {
  for (const warning of assertRedisConfig(await readRedisProperties(redis), options))
    options.onWarning?.(warning);
}

/** Everything that needs a connection of its own; none stays open when one of them cannot be opened. */
async function connect(options: RedisBackendOptions, address: RedisAddress) {
  const redis = connectForCommands(address, options.onError);
  try {
    await checkRedis(redis, options);
    return { redis, ...openQueues(redis, address, options.onError) };
  } catch (error) {
    await disconnect(redis);
    throw error;
  }
}

type Connected = Awaited<ReturnType<typeof connect>>;

/** Tells all dispatchers that max_concurrency, pause or gate changed. */
function createControlPublisher(
  { trainings, producer }: Connected,
  deliveryJobs: UniqueJobs,
  onError: OnRedisError,
) {
  return async (change: ControlChange): Promise<void> => {
    if (change.maxConcurrency !== undefined) await trainings.setGlobalConcurrency(change.maxConcurrency);
    await producer.publishEvent({ eventName: CONTROL_CHANGED });
    // Whether people are told at once or by the sweep is no matter of the change.
    if (change.gate !== undefined) await deliveryJobs.runNow(CREATE_DELIVERIES_JOB).catch(onError);
  };
}

function openQueues(redis: Redis, address: RedisAddress, onError: OnRedisError) {
  const open = { connection: redis, prefix: address.prefix };
  const parts = {
    trainings: new Queue(QUEUES.trainings, open),
    reconcile: new Queue(QUEUES.reconcile, open),
    maintenance: new Queue(QUEUES.maintenance, open),
    notifications: new Queue(QUEUES.notifications, open),
    producer: new QueueEventsProducer(QUEUES.trainings, open),
  };
  for (const each of [parts.trainings, parts.reconcile, parts.maintenance, parts.notifications])
    each.on('error', onError);
  parts.producer.on('error', onError);
  return parts;
}
