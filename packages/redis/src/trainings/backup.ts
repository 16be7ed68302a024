import { randomUUID } from 'node:crypto';
import type { EventRecord, TrainingStore } from '@trainyard/application';
import type { Training } from '@trainyard/domain';
import type { Redis } from 'ioredis';
import type { Keys } from '../redis/keys.ts';
import { CONFIRM_BACKUP, RESTORE_TRAINING } from '../scripts/trainings.ts';
import { createChange } from './change.ts';
import { runScript, toPairs, withStoreErrors } from './run-script.ts';

/** What the journal asks of the record, and gives back to it. */
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
      withStoreErrors(
        async () => void (await redis.eval(CONFIRM_BACKUP, 1, keys.pendingBackups, trainingId, rev)),
      ),
    restore: (training, before) =>
      withStoreErrors(async () => {
        const change = createChange(
          keys,
          { training, record: toRestoredEvent(training, before), before },
          {
            nonce: randomUUID(),
            attempt: 'attempt' in training ? (training.attempt?.number ?? 0) : 0,
            ...(before && { replaces: before.rev }),
          },
        );
        return (await runScript(redis, RESTORE_TRAINING, change)) as 'restored' | 'known';
      }),
  };
}

function toRestoredEvent(training: Training, before: Training | undefined): EventRecord {
  return {
    seq: training.rev,
    at: training.changedAt,
    type: 'restored',
    from: before?.status ?? null,
    to: training.status,
    cause: 'store',
    detail: {},
  };
}
