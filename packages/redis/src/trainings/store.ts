import { randomUUID } from 'node:crypto';
import {
  type Clock,
  type DispatchControlChange,
  type ReceivedWebhook,
  type TrainingStore,
  toRestoredRecord,
} from '@trainyard/application';
import type { Redis } from 'ioredis';
import { createAlarms } from '../control/alarms.ts';
import { createClaims } from '../control/claims.ts';
import { createControl } from '../control/control.ts';
import type { Replication } from '../control/replication.ts';
import { createRetention } from '../control/retention.ts';
import { toPairs, withStoreErrors } from '../redis/calls.ts';
import type { Keys } from '../redis/keys.ts';
import { confirmBackup, restoreRuns, restoreTraining } from '../scripts/training-scripts.ts';
import { createChange } from './change.ts';
import { createProgress } from './progress.ts';
import { createReads } from './reads.ts';
import { createWrites, toRunEntry } from './writes.ts';

/** The parts of the state store. */
export interface StoreOptions {
  readonly redis: Redis;
  readonly keys: Keys;
  readonly clock: Pick<Clock, 'now'>;
  readonly replication: Replication;
  /** Called after the concurrency limit, the pause or the gate changed. */
  readonly onControl: (change: DispatchControlChange) => Promise<void>;
}

/** The state store on Redis. Every method throws StoreUnavailableError while Redis is unavailable. */
export function createTrainingStore(options: StoreOptions): TrainingStore {
  const { redis, keys, clock, replication, onControl } = options;
  return {
    ...createWrites(redis, keys, replication),
    ...createReads(redis, keys),
    ...createWebhooks(redis, keys),
    ...createProgress(redis, keys),
    ...createBackup(redis, keys),
    ...createRetention(redis, keys),
    ...createAlarms(redis, keys),
    ...createControl({ redis, keys, replication, now: () => clock.now(), onChange: onControl }),
    idempotencyClaims: createClaims(redis, keys),
  };
}

/** The number of webhooks that an attempt keeps. */
const MAX_WEBHOOKS = 5;
const WEBHOOK_TTL_SECONDS = 8 * 24 * 3600;

/** The newest webhooks of each attempt, for 8 days. */
function createWebhooks(
  redis: Redis,
  keys: Keys,
): Pick<TrainingStore, 'recordWebhook' | 'listWebhooks' | 'findLastWebhookTime'> {
  return {
    recordWebhook: (id, webhook) =>
      withStoreErrors(async () => {
        const key = keys.webhooks(id, webhook.attempt);
        await redis
          .multi()
          .lpush(key, JSON.stringify(webhook))
          .ltrim(key, 0, MAX_WEBHOOKS - 1)
          .expire(key, WEBHOOK_TTL_SECONDS)
          .set(keys.lastWebhook, webhook.at)
          .exec();
      }),
    listWebhooks: (id, attempt) =>
      withStoreErrors(async () => {
        const webhooks = await redis.lrange(keys.webhooks(id, attempt), 0, -1);
        return webhooks.map((webhook) => JSON.parse(webhook) as ReceivedWebhook);
      }),
    findLastWebhookTime: () =>
      withStoreErrors(async () => {
        const at = await redis.get(keys.lastWebhook);
        return at === null ? undefined : Number(at);
      }),
  };
}

/** The pending backups of trainings, and the restore of a training from its backup. */
function createBackup(
  redis: Redis,
  keys: Keys,
): Pick<TrainingStore, 'listPendingBackups' | 'markBackedUp' | 'restore' | 'restoreRuns'> {
  return {
    listPendingBackups: (limit) =>
      withStoreErrors(async () => {
        const pending = await redis.zrange(keys.pendingBackups, '0', String(limit - 1), 'WITHSCORES');
        return toPairs(pending).map(([trainingId, rev]) => ({ trainingId, rev: Number(rev) }));
      }),
    markBackedUp: ({ trainingId, rev }) =>
      withStoreErrors(() => confirmBackup(redis, keys.pendingBackups, { id: trainingId, rev })),
    restoreRuns: (trainingId, runs) =>
      withStoreErrors(async () => {
        const entries = runs.map((run) => toRunEntry(keys, run));
        if (entries.length > 0) await restoreRuns(redis, trainingId, entries);
      }),
    restore: (training, before) =>
      withStoreErrors(() => {
        const change = createChange(
          keys,
          { training, record: toRestoredRecord(training, before), before },
          {
            nonce: randomUUID(),
            attempt: 'attempt' in training ? (training.attempt?.number ?? 0) : 0,
            ...(before && { replaces: before.rev }),
          },
        );
        return restoreTraining(redis, change);
      }),
  };
}
