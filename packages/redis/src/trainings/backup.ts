import { randomUUID } from 'node:crypto';
import { type TrainingStore, toRestoredRecord } from '@trainyard/application';
import type { Redis } from 'ioredis';
import { toPairs, withStoreErrors } from '../redis/calls.ts';
import type { Keys } from '../redis/keys.ts';
import { confirmBackup, restoreTraining } from '../scripts/training-scripts.ts';
import { createChange } from './change.ts';

/** The pending backups of trainings, and the restore of a training from its backup. */
export function createBackup(
  redis: Redis,
  keys: Keys,
): Pick<TrainingStore, 'listPendingBackups' | 'markBackedUp' | 'restore'> {
  return {
    listPendingBackups: (limit) =>
      withStoreErrors(async () => {
        const pending = await redis.zrange(keys.pendingBackups, '0', String(limit - 1), 'WITHSCORES');
        return toPairs(pending).map(([trainingId, rev]) => ({ trainingId, rev: Number(rev) }));
      }),
    markBackedUp: ({ trainingId, rev }) =>
      withStoreErrors(() => confirmBackup(redis, keys.pendingBackups, { id: trainingId, rev })),
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
