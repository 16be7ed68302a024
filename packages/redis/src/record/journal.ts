import { randomUUID } from 'node:crypto';
import type { EventRecord, TrainingStore } from '@trainyard/application';
import type { Training } from '@trainyard/domain';
import type { Redis } from 'ioredis';
import type { Keys } from '../redis/keys.ts';
import { changeOf } from './change.ts';
import { guarded, pairs, run } from './run.ts';
import { JOURNALLED, RESTORE } from './scripts.ts';

const restoredEvent = (training: Training, before: Training | undefined): EventRecord => ({
  seq: training.rev,
  at: training.changedAt,
  type: 'restored',
  from: before?.status ?? null,
  to: training.status,
  cause: 'store',
  detail: {},
});

/** What the journal asks of the record, and gives back to it. */
export const journal = (
  redis: Redis,
  keys: Keys,
): Pick<TrainingStore, 'unjournalled' | 'journalled' | 'restore'> => ({
  listPendingBackups: (limit) =>
    guarded(async () => {
      const owing = await redis.zrange(keys.unjournalled, '0', String(limit - 1), 'WITHSCORES');
      return pairs(owing).map(([trainingId, rev]) => ({ trainingId, rev: Number(rev) }));
    }),
  markBackedUp: ({ trainingId, rev }) =>
    guarded(async () => void (await redis.eval(JOURNALLED, 1, keys.unjournalled, trainingId, rev))),
  restore: (training, before) =>
    guarded(async () => {
      const change = changeOf(
        keys,
        { training, record: restoredEvent(training, before), before },
        {
          nonce: randomUUID(),
          attempt: 'attempt' in training ? (training.attempt?.number ?? 0) : 0,
          ...(before && { replaces: before.rev }),
        },
      );
      return (await run(redis, RESTORE, change)) as 'restored' | 'known';
    }),
});
