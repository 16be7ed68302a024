import { type Deliveries, type Delivery, toDeliveryIdPrefix, type Notification } from '@trainyard/application';
import type { Redis } from 'ioredis';
import { guarded } from '../record/run.ts';
import type { Keys } from '../redis/keys.ts';
import { listDeliveries, loadDeliveries } from './listing.ts';
import { ADD_NEWS, CREATE, SAVE } from './scripts.ts';

const FORGET_AT_ONCE = 500;
/** Longer than a budget's month. */
const NEWS_KNOWN_SECONDS = 40 * 24 * 3600;

/** Every index that a delivery stands in as long as it is kept. */
const indexesOf = (keys: Keys, { destination, trainingId }: Delivery): readonly string[] => [
  keys.indexDeliveries,
  keys.indexDeliveriesOf('destination', destination),
  ...(trainingId === undefined ? [] : [keys.indexDeliveriesOf('training', trainingId)]),
];

const factsOf = (keys: Keys, delivery: Delivery) => {
  const { id, rev, state, channel, nextAt } = delivery;
  return {
    id,
    rev,
    state,
    lane: channel,
    ...(nextAt !== undefined && { nextAt }),
    indexes: indexesOf(keys, delivery),
    indexState: keys.indexDeliveriesOf('state', ''),
    indexTo: keys.indexDeliveriesOf('state', state),
  };
};

const write = (redis: Redis, keys: Keys, script: string, delivery: Delivery): Promise<unknown> =>
  redis.eval(
    script,
    4,
    keys.delivery(delivery.id),
    keys.laneDue(delivery.channel),
    keys.lanes,
    keys.indexDeliveries,
    JSON.stringify(factsOf(keys, delivery)),
    JSON.stringify(delivery),
  );

const firstScore = async (redis: Redis, key: string): Promise<number | undefined> => {
  const [, score] = await redis.zrange(key, '0', '0', 'WITHSCORES');
  return score === undefined ? undefined : Number(score);
};

const drop = async (redis: Redis, keys: Keys, delivery: Delivery): Promise<void> => {
  const { id, channel, state } = delivery;
  const gone = redis.multi().del(keys.delivery(id)).zrem(keys.laneDue(channel), id);
  for (const index of [...indexesOf(keys, delivery), keys.indexDeliveriesOf('state', state)])
    gone.zrem(index, id);
  await gone.exec();
};

const forget = async (redis: Redis, keys: Keys, before: number): Promise<void> => {
  const until = `(${toDeliveryIdPrefix(before)}`;
  const ids = await redis.zrangebylex(keys.indexDeliveries, '-', until, 'LIMIT', 0, FORGET_AT_ONCE);
  for (const delivery of await loadDeliveries(redis, keys, ids)) await drop(redis, keys, delivery);
};

type Outbox = Pick<Deliveries, 'add' | 'untold' | 'told' | 'nextNewsAt'>;

/** News that is to be told; the scripts of the record put it here too. */
const outbox = (redis: Redis, keys: Keys): Outbox => ({
  addNotification: (news) =>
    guarded(async () => {
      const known = [keys.outbox, keys.news(news.id)] as const;
      await redis.eval(ADD_NEWS, 2, ...known, JSON.stringify(news), news.at, NEWS_KNOWN_SECONDS);
    }),
  listPendingNotifications: (now, limit) =>
    guarded(async () => {
      const lines = await redis.zrangebyscore(keys.outbox, '-inf', now, 'LIMIT', 0, limit);
      return lines.map((receipt) => ({ news: JSON.parse(receipt) as Notification, receipt }));
    }),
  markPublished: (receipt) => guarded(async () => void (await redis.zrem(keys.outbox, receipt))),
  nextNotificationAt: () => guarded(() => firstScore(redis, keys.outbox)),
});

/** What is to be told, and what became of it, on Redis. */
export const createDeliveries = (redis: Redis, keys: Keys): Deliveries => ({
  ...outbox(redis, keys),
  create: (delivery) =>
    guarded(async () => (await write(redis, keys, CREATE, delivery)) as 'created' | 'known'),
  save: (delivery) => guarded(async () => (await write(redis, keys, SAVE, delivery)) as 'saved' | 'stale'),
  load: (id) => guarded(async () => (await loadDeliveries(redis, keys, [id]))[0]),
  listDue: (lane, now, limit) =>
    guarded(async () => {
      const ids = await redis.zrangebyscore(keys.laneDue(lane), '-inf', now, 'LIMIT', 0, limit);
      return loadDeliveries(redis, keys, ids);
    }),
  nextDueAt: (lane) => guarded(() => firstScore(redis, keys.laneDue(lane))),
  listChannels: () => guarded(() => redis.smembers(keys.lanes)),
  list: (query) => guarded(() => listDeliveries(redis, keys, query)),
  deleteCreatedBefore: (before) => guarded(() => forget(redis, keys, before)),
});
