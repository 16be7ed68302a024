import type { Clock, TrainingStore } from '@trainyard/application';
import type { Redis } from 'ioredis';
import type { Keys } from '../redis/keys.ts';
import { alarms } from '../watch/alarms.ts';
import { census } from '../watch/census.ts';
import { createClaims } from './claims.ts';
import { type ControlChange, readControl, writeControl } from './control.ts';
import { epochs } from './epoch.ts';
import { hooks } from './hooks.ts';
import { journal } from './journal.ts';
import { reading } from './reading.ts';
import { retention } from './retention/retention.ts';
import { guarded } from './run.ts';
import { NOTE_END } from './scripts.ts';
import { writing } from './writing.ts';

export interface StoreOptions {
  readonly redis: Redis;
  readonly keys: Keys;
  readonly clock: Pick<Clock, 'now'>;
  /** Called after bound, pause or gate changed. */
  readonly onControl: (change: ControlChange) => Promise<void>;
}

/** The record on Redis. Every method throws StoreUnavailableError while Redis is away. */
export const createTrainingStore = ({ redis, keys, clock, onControl }: StoreOptions): TrainingStore => ({
  ...writing(redis, keys),
  ...reading(redis, keys),
  ...hooks(redis, keys),
  ...epochs(redis, keys),
  ...journal(redis, keys),
  ...retention(redis, keys),
  idempotencyClaims: createClaims(redis, keys),
  ...alarms(redis, keys),
  ...census(redis, keys),
  recordRunResult: (runId, failure) =>
    guarded(async () => Number(await redis.eval(NOTE_END, 1, keys.control, failure ?? '', runId))),
  getControl: () => guarded(() => readControl(redis, keys)),
  setControl: (change) =>
    guarded(async () => {
      await writeControl(redis, keys, { ...change, now: clock.now() });
      await onControl(change);
      return readControl(redis, keys);
    }),
});
