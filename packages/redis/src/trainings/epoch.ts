import type { TrainingStore } from '@trainyard/application';
import type { Redis } from 'ioredis';
import type { Keys } from '../redis/keys.ts';
import { withStoreErrors } from './run-script.ts';

/** KEYS 1 control; ARGV 1 the high_water_mark that was read, empty for none, 2 the next */
const ADVANCE_HIGH_WATER_MARK = `
if (redis.call('HGET', KEYS[1], 'high_water_mark') or '') == ARGV[1] then redis.call('HSET', KEYS[1], 'high_water_mark', ARGV[2]) end
return 1
`;

/** KEYS 1 control; ARGV 1 the high_water_mark that was read, empty for none */
const FENCE = `
if (redis.call('HGET', KEYS[1], 'high_water_mark') or '') == ARGV[1] then redis.call('HDEL', KEYS[1], 'epoch') end
return 1
`;

/** Which life of the record this is, and how far it has come in it. */
export function createEpoch(
  redis: Redis,
  { control }: Keys,
): Pick<TrainingStore, 'establishEpoch' | 'advanceHighWaterMark' | 'fence'> {
  return {
    establishEpoch: (epoch) =>
      withStoreErrors(async () => {
        await redis.hsetnx(control, 'epoch', epoch);
        return (await redis.hget(control, 'epoch')) ?? epoch;
      }),
    advanceHighWaterMark: (from = '', to) =>
      withStoreErrors(async () => void (await redis.eval(ADVANCE_HIGH_WATER_MARK, 1, control, from, to))),
    fence: (highWaterMark = '') =>
      withStoreErrors(async () => void (await redis.eval(FENCE, 1, control, highWaterMark))),
  };
}
