import type { Clock, TrainingStore } from '@trainyard/application';
import type { Redis } from 'ioredis';
import type { Keys } from '../redis/keys.ts';
import { RECORD_RUN_RESULT } from '../scripts/trainings.ts';
import { createAlarms } from './alarms.ts';
import { createBackup } from './backup.ts';
import { createClaims } from './claims.ts';
import { type ControlChange, readControl, writeControl } from './control.ts';
import { createCounts } from './counts.ts';
import { createEpoch } from './epoch.ts';
import { createReads } from './reads.ts';
import { createRetention } from './retention.ts';
import { withStoreErrors } from './run-script.ts';
import { createWebhooks } from './webhooks.ts';
import { createWrites } from './writes.ts';

export interface StoreOptions {
  readonly redis: Redis;
  readonly keys: Keys;
  readonly clock: Pick<Clock, 'now'>;
  /** Called after bound, pause or gate changed. */
  readonly onControl: (change: ControlChange) => Promise<void>;
}

/** The record on Redis. Every method throws StoreUnavailableError while Redis is away. */
export function createTrainingStore({ redis, keys, clock, onControl }: StoreOptions): TrainingStore {
  return {
    ...createWrites(redis, keys),
    ...createReads(redis, keys),
    ...createWebhooks(redis, keys),
    ...createEpoch(redis, keys),
    ...createBackup(redis, keys),
    ...createRetention(redis, keys),
    idempotencyClaims: createClaims(redis, keys),
    ...createAlarms(redis, keys),
    ...createCounts(redis, keys),
    recordRunResult: (runId, failure) =>
      withStoreErrors(async () =>
        Number(await redis.eval(RECORD_RUN_RESULT, 1, keys.control, failure ?? '', runId)),
      ),
    getControl: () => withStoreErrors(() => readControl(redis, keys)),
    setControl: (change) =>
      withStoreErrors(async () => {
        await writeControl(redis, keys, { ...change, now: clock.now() });
        await onControl(change);
        return readControl(redis, keys);
      }),
  };
}
