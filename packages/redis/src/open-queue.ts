import {
  CREATE_DELIVERIES_JOB,
  type BatchStore,
  type Budgets,
  type ChangeFeed,
  type Clock,
  type Deliveries,
  type UniqueJobs,
  type PublicUrlLease,
  type TrainingConsumer,
  type TrainingQueue,
  type TrainingStore,
} from '@trainyard/application';
import { Queue, QueueEventsProducer } from 'bullmq';
import type { Redis } from 'ioredis';
import { createBatchStore } from './batches/batches.ts';
import { createDeliveries } from './deliveries/deliveries.ts';
import { type OpenErrands, openErrands } from './errands/open-errands.ts';
import { type Running, runHousekeeping } from './errands/workers.ts';
import { createChangeFeed } from './feed/feed.ts';
import { CONTROL_CHANGED, openTrainingLine } from './line/training-line.ts';
import { createTrainingQueue } from './line/training-queue.ts';
import type { ControlChange } from './record/control.ts';
import { createBudgets } from './record/money/budgets.ts';
import { micro } from './record/money/facts.ts';
import { createPublicAddress } from './record/public-address.ts';
import { createTrainingStore } from './record/store.ts';
import { connectForCommands, disconnect, type OnRedisError, type RedisPlace } from './redis/connection.ts';
import { readFacts } from './redis/facts.ts';
import { type RedisFinding, type RedisLeniency, requireFitRedis } from './redis/fitness.ts';
import { DEFAULT_PREFIX, type Keys, keysOf, QUEUES } from './redis/keys.ts';
import { type QueueDepth, readDepths } from './watch/depths.ts';

export interface OpenQueueOptions extends RedisLeniency {
  readonly redisUrl: string;
  readonly prefix?: string;
  readonly clock: Clock;
  /** Only initialises the bound; afterwards the stored one counts (DESIGN §4 rule 9). */
  readonly initialBound: number;
  /** Only initialise the budgets likewise. USD. */
  readonly initialBudgets?: { readonly dayUsd?: number; readonly monthUsd?: number };
  /** Where the clock hangs that parts days and months of spending; UTC unless told. */
  readonly budgetTimeZone?: string;
  readonly onError: OnRedisError;
  /** Told once of each thing that may lose something, or is not known, of this Redis. */
  readonly onWarning?: (warning: RedisFinding) => void;
}

/** Everything of ours that lives on one Redis. */
export interface QueueOnRedis extends OpenErrands {
  readonly store: TrainingStore;
  readonly batches: BatchStore;
  readonly budgets: Budgets;
  readonly queue: TrainingQueue;
  readonly feed: ChangeFeed;
  readonly publicAddress: PublicUrlLease;
  readonly deliveries: Deliveries;
  /** The dispatcher's end of the line of trainings. */
  openLine(onWake: () => void): Promise<TrainingConsumer>;
  runHousekeeping(chores: Parameters<typeof runHousekeeping>[0]['chores']): Promise<Running>;
  /** The queues as BullMQ knows them, for Bull Board. */
  boards(): readonly Queue[];
  /** The record's own clock. Epoch ms, real. */
  readTime(): Promise<number>;
  /** How many jobs the queues have, by their state. */
  depths(): Promise<readonly QueueDepth[]>;
  /** Sets the queue's own bound again to the stored one. */
  assertBound(): Promise<void>;
  close(): Promise<void>;
}

const readTime = async (redis: Redis): Promise<number> => {
  const [seconds, micros] = await redis.time();
  return Number(seconds) * 1_000 + Number(micros) / 1_000;
};

/** What the environment begins with, where nothing is set yet. */
const initialise = async (redis: Redis, keys: Keys, options: OpenQueueOptions): Promise<void> => {
  const { dayUsd, monthUsd } = options.initialBudgets ?? {};
  await redis.hsetnx(keys.control, 'bound', options.initialBound);
  if (dayUsd !== undefined) await redis.hsetnx(keys.budgets, 'day', micro(dayUsd));
  if (monthUsd !== undefined) await redis.hsetnx(keys.budgets, 'month', micro(monthUsd));
};

const examine = async (redis: Redis, options: OpenQueueOptions): Promise<void> => {
  for (const warning of requireFitRedis(await readFacts(redis), options)) options.onWarning?.(warning);
};

/** Everything that needs a connection of its own; none stays open when one of them cannot be opened. */
const connect = async (options: OpenQueueOptions, place: RedisPlace) => {
  const redis = connectForCommands(place, options.onError);
  try {
    await examine(redis, options);
    return { redis, ...openParts(redis, place, options.onError) };
  } catch (error) {
    await disconnect(redis);
    throw error;
  }
};

type Connected = Awaited<ReturnType<typeof connect>>;

/** Tells all dispatchers that bound, pause or gate changed. */
const announcing =
  ({ trainings, producer }: Connected, messageErrands: UniqueJobs, onError: OnRedisError) =>
  async (change: ControlChange): Promise<void> => {
    if (change.bound !== undefined) await trainings.setGlobalConcurrency(change.bound);
    await producer.publishEvent({ eventName: CONTROL_CHANGED });
    // Whether people are told at once or by the sweep is no matter of the change.
    if (change.gate !== undefined) await messageErrands.runNow(CREATE_DELIVERIES_JOB).catch(onError);
  };

/**
 * Opens the record, the ledger and the queues. Throws UnfitRedisError where nothing may be kept, and what the
 * connection met when Redis cannot be reached within its first tries.
 */
export const openQueue = async (options: OpenQueueOptions): Promise<QueueOnRedis> => {
  const { clock, onError } = options;
  const place: RedisPlace = { url: options.redisUrl, prefix: options.prefix ?? DEFAULT_PREFIX };
  const connected = await connect(options, place);
  const { redis, trainings, reconcile, housekeeping, messages, producer } = connected;
  const queues = [trainings, reconcile, housekeeping, messages];
  const keys = keysOf(place.prefix, options.budgetTimeZone);
  await initialise(redis, keys, options);
  const errands = openErrands({ reconcile, messages, place, clock, onError });
  const onControl = announcing(connected, errands.messageErrands, onError);
  const store = createTrainingStore({ redis, keys, clock, onControl });
  const assertBound = async (): Promise<void> => {
    const { maxConcurrency } = await store.getControl();
    if (maxConcurrency >= 1) await trainings.setGlobalConcurrency(maxConcurrency);
  };
  await assertBound();
  return {
    ...errands,
    store,
    batches: createBatchStore(redis, keys),
    budgets: createBudgets({ redis, keys }, () => onControl({})),
    feed: createChangeFeed({ redis, place, onError }),
    publicAddress: createPublicAddress(redis, keys),
    deliveries: createDeliveries(redis, keys),
    queue: createTrainingQueue({ queue: trainings, redis, clock }),
    openLine: (onWake) => openTrainingLine({ place, redis, onWake, onError }),
    runHousekeeping: (chores) => runHousekeeping({ place, chores, onError, clock }),
    boards: () => queues,
    readTime: () => readTime(redis),
    depths: () => readDepths(queues),
    assertBound,
    close: async () => {
      await Promise.allSettled([...queues, producer].map((each) => each.close()));
      await disconnect(redis);
    },
  };
};

const openParts = (redis: Redis, place: RedisPlace, onError: OnRedisError) => {
  const open = { connection: redis, prefix: place.prefix };
  const parts = {
    trainings: new Queue(QUEUES.trainings, open),
    reconcile: new Queue(QUEUES.reconcile, open),
    housekeeping: new Queue(QUEUES.housekeeping, open),
    messages: new Queue(QUEUES.messages, open),
    producer: new QueueEventsProducer(QUEUES.trainings, open),
  };
  for (const each of [parts.trainings, parts.reconcile, parts.housekeeping, parts.messages])
    each.on('error', onError);
  parts.producer.on('error', onError);
  return parts;
};
