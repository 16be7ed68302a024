import {
  type BatchPage,
  type BatchStore,
  type BatchWithPlan,
  CorruptDocumentError,
  type EntryFault,
} from '@trainyard/application';
import type { Batch, BatchPlan, Schedule } from '@trainyard/domain';
import type { Redis } from 'ioredis';
import { parseDocument, parseObject, toDocument, toPairs, withStoreErrors } from './redis/calls.ts';
import type { Keys } from './redis/keys.ts';
import { createBatch, restoreBatch, saveBatch, saveSchedule } from './scripts/document-scripts.ts';
import { confirmBackup } from './scripts/training-scripts.ts';

/** The schedule before a schedule is set. */
const EMPTY_SCHEDULE: Schedule = { rev: 0, handledUpTo: 0, ticks: [] };

/**
 * The batches and the schedule of auto-train on Redis. Every method throws StoreUnavailableError while Redis is
 * unavailable. A batch of a different layout is refused by `load`, and reported by `list` beside the others.
 */
export function createBatchStore(redis: Redis, keys: Keys): BatchStore {
  return {
    create: (entry, schedule) =>
      withStoreErrors(() =>
        createBatch(redis, keys, {
          ...toChange(entry.batch, entry.plan),
          ...(schedule && { schedule: { rev: schedule.rev, document: JSON.stringify(schedule) } }),
        }),
      ),
    load: (id) => withStoreErrors(() => loadBatch(redis, keys, id)),
    save: (batch, plan) => withStoreErrors(() => saveBatch(redis, keys, toChange(batch, plan))),
    list: (query) => withStoreErrors(() => listBatches(redis, keys, query)),
    listOpen: () => withStoreErrors(() => redis.zrange(keys.openBatches, '0', '-1')),
    restore: ({ batch, plan }) => withStoreErrors(() => restoreBatch(redis, keys, toChange(batch, plan))),
    listPendingBackups: (limit) => withStoreErrors(() => listPendingBackups(redis, keys, limit)),
    markBackedUp: (pending) => withStoreErrors(() => confirmBackup(redis, keys.pendingBatchBackups, pending)),
    getSchedule: () => withStoreErrors(() => loadSchedule(redis, keys)),
    saveSchedule: (schedule) =>
      withStoreErrors(() =>
        saveSchedule(redis, keys, { rev: schedule.rev, document: JSON.stringify(schedule) }),
      ),
  };
}

function toChange(batch: Batch, plan: BatchPlan | undefined) {
  return {
    id: batch.id,
    rev: batch.rev,
    isOpen: batch.status !== 'ended',
    document: toDocument(batch),
    ...(plan && { plan: JSON.stringify(plan) }),
  };
}

function parseBatch(id: string, document: string): Batch {
  const toError = (fault: string) => new CorruptDocumentError(`batch ${id} in Redis`, fault);
  return parseDocument(document, toError) as unknown as Batch;
}

async function loadBatch(redis: Redis, keys: Keys, id: string): Promise<BatchWithPlan | undefined> {
  const [document, plan] = await redis.hmget(keys.batch(id), 'doc', 'plan');
  if (!document || !plan) return undefined;
  const toError = (fault: string) => new CorruptDocumentError(`plan of batch ${id} in Redis`, fault);
  return { batch: parseBatch(id, document), plan: parseObject(plan, toError) as unknown as BatchPlan };
}

async function listBatches(
  redis: Redis,
  keys: Keys,
  { limit, cursor }: Parameters<BatchStore['list']>[0],
): Promise<BatchPage> {
  const from = cursor === undefined ? '+' : `(${cursor}`;
  const ids = await redis.zrevrangebylex(keys.batches, from, '-', 'LIMIT', 0, limit + 1);
  const page = ids.slice(0, limit);
  const documents = await Promise.all(page.map((id) => redis.hget(keys.batch(id), 'doc')));
  const unreadable: EntryFault[] = [];
  const items = documents.flatMap((document, at) => {
    const id = page[at] ?? '';
    return document ? parseListedBatch(id, document, unreadable) : [];
  });
  const last = page.at(-1);
  return { items, unreadable, ...(ids.length > limit && last !== undefined && { nextCursor: last }) };
}

/** Parses a batch of a list; an unreadable batch is recorded and left out. */
function parseListedBatch(id: string, document: string, unreadable: EntryFault[]): readonly Batch[] {
  try {
    return [parseBatch(id, document)];
  } catch (error) {
    if (!(error instanceof CorruptDocumentError)) throw error;
    unreadable.push({ key: error.key, id, fault: error.message });
    return [];
  }
}

async function listPendingBackups(redis: Redis, keys: Keys, limit: number) {
  const pending = await redis.zrange(keys.pendingBatchBackups, '0', String(limit - 1), 'WITHSCORES');
  return toPairs(pending).map(([id, rev]) => ({ id, rev: Number(rev) }));
}

async function loadSchedule(redis: Redis, keys: Keys): Promise<Schedule> {
  const document = await redis.hget(keys.schedule, 'doc');
  return document ? (JSON.parse(document) as Schedule) : EMPTY_SCHEDULE;
}
