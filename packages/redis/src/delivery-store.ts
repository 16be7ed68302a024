import {
  type Deliveries,
  type Delivery,
  type DeliveryQuery,
  type Notification,
  type Page,
  toDeliveryIdPrefix,
} from '@trainyard/application';
import type { Redis } from 'ioredis';
import { unwrapPipeline, withStoreErrors } from './redis/calls.ts';
import type { Keys } from './redis/keys.ts';
import { addNotification, createDelivery, saveDelivery } from './scripts/document-scripts.ts';

const PRUNE_BATCH_SIZE = 500;
/** 40 days: longer than a month, so that a monthly budget is notified once. */
const NOTIFICATION_ID_TTL_SECONDS = 40 * 24 * 3600;
const MIN_READ_SIZE = 50;

/** The outbox and the deliveries on Redis. Every method throws StoreUnavailableError while Redis is unavailable. */
export function createDeliveryStore(redis: Redis, keys: Keys): Deliveries {
  return {
    ...createOutbox(redis, keys),
    create: (delivery) => withStoreErrors(() => createDelivery(redis, keys, toChange(keys, delivery))),
    save: (delivery) => withStoreErrors(() => saveDelivery(redis, keys, toChange(keys, delivery))),
    load: (id) => withStoreErrors(async () => (await loadDeliveries(redis, keys, [id]))[0]),
    listDue: (channel, now, limit) =>
      withStoreErrors(async () => {
        const ids = await redis.zrangebyscore(keys.channelDue(channel), '-inf', now, 'LIMIT', 0, limit);
        return loadDeliveries(redis, keys, ids);
      }),
    nextDueAt: (channel) => withStoreErrors(() => readFirstScore(redis, keys.channelDue(channel))),
    listChannels: () => withStoreErrors(() => redis.smembers(keys.channels)),
    list: (query) => withStoreErrors(() => listDeliveries(redis, keys, query)),
    deleteCreatedBefore: (before) => withStoreErrors(() => pruneDeliveries(redis, keys, before)),
  };
}

type Outbox = Pick<
  Deliveries,
  'addNotification' | 'listPendingNotifications' | 'markPublished' | 'nextNotificationAt'
>;

/** Pending notifications. The scripts that save trainings and the gate add to the same list. */
function createOutbox(redis: Redis, keys: Keys): Outbox {
  return {
    addNotification: (notification) =>
      withStoreErrors(() => {
        const { id, at } = notification;
        const entry = { id, at, document: JSON.stringify(notification) };
        return addNotification(redis, keys, entry, NOTIFICATION_ID_TTL_SECONDS);
      }),
    listPendingNotifications: (now, limit) =>
      withStoreErrors(async () => {
        const lines = await redis.zrangebyscore(keys.outbox, '-inf', now, 'LIMIT', 0, limit);
        return lines.map((outboxId) => ({ notification: JSON.parse(outboxId) as Notification, outboxId }));
      }),
    markPublished: (outboxId) => withStoreErrors(async () => void (await redis.zrem(keys.outbox, outboxId))),
    nextNotificationAt: () => withStoreErrors(() => readFirstScore(redis, keys.outbox)),
  };
}

/** The indexes of a delivery that stay until it is pruned; its state index changes with it. */
function listIndexes(keys: Keys, { destination, trainingId }: Delivery): readonly string[] {
  return [
    keys.deliveryIndex,
    keys.deliveryIndexBy('destination', destination),
    ...(trainingId === undefined ? [] : [keys.deliveryIndexBy('training', trainingId)]),
  ];
}

function toChange(keys: Keys, delivery: Delivery) {
  const { id, rev, state, channel, nextAt } = delivery;
  const facts = {
    id,
    rev,
    state,
    channel,
    ...(nextAt !== undefined && { nextAt }),
    indexKeys: listIndexes(keys, delivery),
    stateIndexPrefix: keys.deliveryIndexBy('state', ''),
  };
  return { id, channel, facts, document: JSON.stringify(delivery) };
}

async function readFirstScore(redis: Redis, key: string): Promise<number | undefined> {
  const [, score] = await redis.zrange(key, '0', '0', 'WITHSCORES');
  return score === undefined ? undefined : Number(score);
}

/** Lists newest first: ids sort by the time of the event, and the cursor is the last id of the page before. */
async function listDeliveries(redis: Redis, keys: Keys, query: DeliveryQuery): Promise<Page<Delivery>> {
  const index = selectIndex(keys, query);
  const found: Delivery[] = [];
  let before = query.cursor === undefined ? '+' : `(${query.cursor}`;
  const readSize = Math.max(query.limit + 1, MIN_READ_SIZE);
  while (found.length <= query.limit) {
    const ids = await redis.zrevrangebylex(index, before, '-', 'LIMIT', 0, readSize);
    found.push(...(await loadDeliveries(redis, keys, ids)).filter((each) => matchesQuery(query, each)));
    const last = ids.at(-1);
    if (last === undefined || ids.length < readSize) break;
    before = `(${last}`;
  }
  const items = found.slice(0, query.limit);
  const last = items.at(-1);
  return { items, ...(found.length > query.limit && last && { nextCursor: last.id }) };
}

/** Loads many deliveries in a single round trip; pruned deliveries are left out. */
async function loadDeliveries(
  redis: Redis,
  keys: Keys,
  ids: readonly string[],
): Promise<readonly Delivery[]> {
  if (ids.length === 0) return [];
  const pipeline = redis.pipeline();
  for (const id of ids) pipeline.hget(keys.delivery(id), 'doc');
  const documents = unwrapPipeline(await pipeline.exec());
  return documents.flatMap((document) =>
    typeof document === 'string' ? [JSON.parse(document) as Delivery] : [],
  );
}

/** The smallest index that contains every match of the query. */
function selectIndex(keys: Keys, { trainingId, destination, state }: DeliveryQuery): string {
  if (trainingId !== undefined) return keys.deliveryIndexBy('training', trainingId);
  if (state !== undefined && state !== 'delivered') return keys.deliveryIndexBy('state', state);
  if (destination !== undefined) return keys.deliveryIndexBy('destination', destination);
  return state === undefined ? keys.deliveryIndex : keys.deliveryIndexBy('state', state);
}

function matchesQuery(query: DeliveryQuery, delivery: Delivery): boolean {
  return (
    (query.trainingId === undefined || query.trainingId === delivery.trainingId) &&
    (query.destination === undefined || query.destination === delivery.destination) &&
    (query.state === undefined || query.state === delivery.state)
  );
}

async function pruneDeliveries(redis: Redis, keys: Keys, before: number): Promise<void> {
  const until = `(${toDeliveryIdPrefix(before)}`;
  const ids = await redis.zrangebylex(keys.deliveryIndex, '-', until, 'LIMIT', 0, PRUNE_BATCH_SIZE);
  for (const delivery of await loadDeliveries(redis, keys, ids)) await deleteDelivery(redis, keys, delivery);
}

async function deleteDelivery(redis: Redis, keys: Keys, delivery: Delivery): Promise<void> {
  const { id, channel, state } = delivery;
  const transaction = redis.multi().del(keys.delivery(id)).zrem(keys.channelDue(channel), id);
  for (const index of [...listIndexes(keys, delivery), keys.deliveryIndexBy('state', state)])
    transaction.zrem(index, id);
  await transaction.exec();
}
