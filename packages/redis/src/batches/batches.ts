import type { BatchStore, BatchWithPlan, Page } from '@trainyard/application';
import type { Batch, BatchPlan, Schedule } from '@trainyard/domain';
import type { Redis } from 'ioredis';
import type { Keys } from '../redis/keys.ts';
import { CREATE_BATCH, RESTORE_BATCH, SAVE_BATCH, SAVE_SCHEDULE } from '../scripts/batches.ts';
import { CONFIRM_BACKUP } from '../scripts/trainings.ts';
import { toPairs, withStoreErrors } from '../trainings/run-script.ts';

const EMPTY_SCHEDULE: Schedule = { rev: 0, handledUpTo: 0, ticks: [] };

/** Batches and their schedule on Redis, beside the record. Every method throws StoreUnavailableError while Redis is away. */
export function createBatchStore(redis: Redis, keys: Keys): BatchStore {
  return {
    create: (stored, schedule) =>
      withStoreErrors(async () => {
        const answer = await writeBatch(redis, keys, CREATE_BATCH, {
          ...stored,
          ...(schedule && { schedule }),
        });
        return answer as 'created' | 'known' | 'stale';
      }),
    load: (id) => withStoreErrors(() => loadBatch(redis, keys, id)),
    save: (batch, plan) =>
      withStoreErrors(
        async () =>
          (await writeBatch(redis, keys, SAVE_BATCH, { batch, ...(plan && { plan }) })) as 'saved' | 'stale',
      ),
    list: (query) => withStoreErrors(() => listBatches(redis, keys, query)),
    listOpen: () => withStoreErrors(() => redis.zrange(keys.openBatches, '0', '-1')),
    restore: (stored) =>
      withStoreErrors(
        async () => (await writeBatch(redis, keys, RESTORE_BATCH, stored)) as 'restored' | 'known',
      ),
    listPendingBackups: (limit) =>
      withStoreErrors(async () => {
        const pending = await redis.zrange(keys.pendingBatchBackups, '0', String(limit - 1), 'WITHSCORES');
        return toPairs(pending).map(([id, rev]) => ({ id, rev: Number(rev) }));
      }),
    markBackedUp: ({ id, rev }) =>
      withStoreErrors(
        async () => void (await redis.eval(CONFIRM_BACKUP, 1, keys.pendingBatchBackups, id, rev)),
      ),
    getSchedule: () =>
      withStoreErrors(async () => {
        const document = await redis.hget(keys.schedule, 'doc');
        return document ? (JSON.parse(document) as Schedule) : EMPTY_SCHEDULE;
      }),
    saveSchedule: (schedule) =>
      withStoreErrors(async () => {
        const text = JSON.stringify(schedule);
        return (await redis.eval(SAVE_SCHEDULE, 1, keys.schedule, text, schedule.rev)) as 'saved' | 'stale';
      }),
  };
}

function writeBatch(
  redis: Redis,
  keys: Keys,
  script: string,
  stored: { readonly batch: Batch; readonly plan?: BatchPlan; readonly schedule?: Schedule },
): Promise<unknown> {
  const { batch, plan, schedule } = stored;
  const keyNames = [
    keys.batch(batch.id),
    keys.batches,
    keys.openBatches,
    keys.pendingBatchBackups,
    keys.schedule,
    keys.stream,
  ];
  return redis.eval(
    script,
    keyNames.length,
    ...keyNames,
    batch.id,
    JSON.stringify(batch),
    plan ? JSON.stringify(plan) : '',
    batch.rev,
    batch.status === 'ended' ? 'ended' : 'open',
    schedule ? JSON.stringify(schedule) : '',
    schedule?.rev ?? 0,
  );
}

async function loadBatch(redis: Redis, keys: Keys, id: string): Promise<BatchWithPlan | undefined> {
  const [batch, plan] = await redis.hmget(keys.batch(id), 'doc', 'plan');
  return batch && plan
    ? { batch: JSON.parse(batch) as Batch, plan: JSON.parse(plan) as BatchPlan }
    : undefined;
}

async function listBatches(
  redis: Redis,
  keys: Keys,
  { limit, cursor }: Parameters<BatchStore['list']>[0],
): Promise<Page<Batch>> {
  const from = cursor === undefined ? '+' : `(${cursor}`;
  const ids = await redis.zrevrangebylex(keys.batches, from, '-', 'LIMIT', 0, limit + 1);
  const shown = ids.slice(0, limit);
  const documents = await Promise.all(shown.map((id) => redis.hget(keys.batch(id), 'doc')));
  const items = documents.flatMap((document) => (document ? [JSON.parse(document) as Batch] : []));
  const last = shown.at(-1);
  return { items, ...(ids.length > limit && last !== undefined && { nextCursor: last }) };
}
