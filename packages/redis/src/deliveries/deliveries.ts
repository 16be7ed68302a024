import {
  type Deliveries,
  type Delivery,
  type Notification,
  toDeliveryIdPrefix,
} from '@trainyard/application';
import type { Redis } from 'ioredis';
import type { Keys } from '../redis/keys.ts';
import { ADD_NOTIFICATION, CREATE_DELIVERY, SAVE_DELIVERY } from '../scripts/deliveries.ts';
import { withStoreErrors } from '../trainings/run-script.ts';
import { listDeliveries, loadDeliveries } from './list.ts';

const PRUNE_BATCH_SIZE = 500;
/** Longer than a budget's month. */
const NOTIFICATION_ID_TTL_SECONDS = 40 * 24 * 3600;

/** What is to be told, and what became of it, on Redis. */
export function createDeliveries(redis: Redis, keys: Keys): Deliveries {
  return {
    ...createOutbox(redis, keys),
    create: (delivery) =>
      withStoreErrors(
        async () => (await writeDelivery(redis, keys, CREATE_DELIVERY, delivery)) as 'created' | 'known',
      ),
    save: (delivery) =>
      withStoreErrors(
        async () => (await writeDelivery(redis, keys, SAVE_DELIVERY, delivery)) as 'saved' | 'stale',
      ),
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

/** Every index that a delivery stands in as long as it is kept. */
function listIndexes(keys: Keys, { destination, trainingId }: Delivery): readonly string[] {
  return [
    keys.deliveryIndex,
    keys.deliveryIndexBy('destination', destination),
    ...(trainingId === undefined ? [] : [keys.deliveryIndexBy('training', trainingId)]),
  ];
}

function toFacts(keys: Keys, delivery: Delivery) {
  const { id, rev, state, channel, nextAt } = delivery;
  return {
    id,
    rev,
    state,
    channel: channel,
    ...(nextAt !== undefined && { nextAt }),
    indexes: listIndexes(keys, delivery),
    indexState: keys.deliveryIndexBy('state', ''),
    indexTo: keys.deliveryIndexBy('state', state),
  };
}

function writeDelivery(redis: Redis, keys: Keys, script: string, delivery: Delivery): Promise<unknown> {
  return redis.eval(
    script,
    4,
    keys.delivery(delivery.id),
    keys.channelDue(delivery.channel),
    keys.channels,
    keys.deliveryIndex,
    JSON.stringify(toFacts(keys, delivery)),
    JSON.stringify(delivery),
  );
}

async function readFirstScore(redis: Redis, key: string): Promise<number | undefined> {
  const [, score] = await redis.zrange(key, '0', '0', 'WITHSCORES');
  return score === undefined ? undefined : Number(score);
}

async function deleteDelivery(redis: Redis, keys: Keys, delivery: Delivery): Promise<void> {
  const { id, channel, state } = delivery;
  const transaction = redis.multi().del(keys.delivery(id)).zrem(keys.channelDue(channel), id);
  for (const index of [...listIndexes(keys, delivery), keys.deliveryIndexBy('state', state)])
    transaction.zrem(index, id);
  await transaction.exec();
}

async function pruneDeliveries(redis: Redis, keys: Keys, before: number): Promise<void> {
  const until = `(${toDeliveryIdPrefix(before)}`;
  const ids = await redis.zrangebylex(keys.deliveryIndex, '-', until, 'LIMIT', 0, PRUNE_BATCH_SIZE);
  for (const delivery of await loadDeliveries(redis, keys, ids)) await deleteDelivery(redis, keys, delivery);
}

type Outbox = Pick<
  Deliveries,
  'addNotification' | 'listPendingNotifications' | 'markPublished' | 'nextNotificationAt'
>;

/** News that is to be told; the scripts of the record put it here too. */
function createOutbox(redis: Redis, keys: Keys): Outbox {
  return {
    addNotification: (notification) =>
      withStoreErrors(async () => {
        const known = [keys.outbox, keys.notification(notification.id)] as const;
        await redis.eval(
          ADD_NOTIFICATION,
          2,
          ...known,
          JSON.stringify(notification),
          notification.at,
          NOTIFICATION_ID_TTL_SECONDS,
        );
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
