import type { Delivery, DeliveryQuery, Page } from '@trainyard/application';
import type { Redis } from 'ioredis';
import type { Keys } from '../redis/keys.ts';

/** Lists newest first: ids sort by the time of the event, and the cursor is the last id seen. */
export async function listDeliveries(
  redis: Redis,
  keys: Keys,
  query: DeliveryQuery,
): Promise<Page<Delivery>> {
  const index = selectIndex(keys, query);
  const found: Delivery[] = [];
  let before = query.cursor === undefined ? '+' : `(${query.cursor}`;
  const batch = Math.max(query.limit + 1, 50);
  while (found.length <= query.limit) {
    const ids = await redis.zrevrangebylex(index, before, '-', 'LIMIT', 0, batch);
    found.push(...(await loadDeliveries(redis, keys, ids)).filter((each) => matchesQuery(query, each)));
    const last = ids.at(-1);
    if (last === undefined || ids.length < batch) break;
    before = `(${last}`;
  }
  const items = found.slice(0, query.limit);
  const last = items.at(-1);
  return { items, ...(found.length > query.limit && last && { nextCursor: last.id }) };
}

/** Reads many in one round trip; what was forgotten meanwhile is left out. */
export async function loadDeliveries(
  redis: Redis,
  keys: Keys,
  ids: readonly string[],
): Promise<readonly Delivery[]> {
  if (ids.length === 0) return [];
  const pipeline = redis.pipeline();
  for (const id of ids) pipeline.hget(keys.delivery(id), 'doc');
  const answers = (await pipeline.exec()) ?? [];
  return answers.flatMap(([error, document]) => {
    if (error) throw error;
    return typeof document === 'string' ? [JSON.parse(document) as Delivery] : [];
  });
}

/** The narrowest index that holds every answer. */
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
