import type { Alarm, AlarmCode, TrainingStore } from '@trainyard/application';
import type { Redis } from 'ioredis';
import type { Keys } from '../redis/keys.ts';
import { withStoreErrors } from './run-script.ts';

/**
 * Counts a bad reading on top of those before, or forgets them. The detail is never decoded: Lua would make an empty
 * list an object.
 *
 * KEYS 1 alarms; ARGV 1 code, 2 epoch ms, 3 detail (JSON), empty after a good reading
 */
const RECORD_READING = `
local had = redis.call('HGET', KEYS[1], ARGV[1])
if ARGV[3] == '' then
  redis.call('HDEL', KEYS[1], ARGV[1])
  return {had or '', ''}
end
local last = had and cjson.decode(had) or { since = tonumber(ARGV[2]), readings = 0 }
local now = string.format('{"since":%.0f,"readings":%d,"detail":%s}', last.since, last.readings + 1, ARGV[3])
redis.call('HSET', KEYS[1], ARGV[1], now)
return {had or '', now}
`;

/** Alarms beside the record, so that every process sees the same. */
export function createAlarms(redis: Redis, keys: Keys): Pick<TrainingStore, 'listAlarms' | 'recordReading'> {
  return {
    listAlarms: () =>
      withStoreErrors(async () =>
        Object.entries(await redis.hgetall(keys.alarms)).map(([code, text]) => parseAlarm(code, text)),
      ),
    recordReading: (code, { at, detail }) =>
      withStoreErrors(async () => {
        const detailJson = detail === undefined ? '' : JSON.stringify(detail);
        const answer = await redis.eval(RECORD_READING, 1, keys.alarms, code, at, detailJson);
        const [before = '', after = ''] = answer as readonly string[];
        return {
          ...(before !== '' && { before: parseAlarm(code, before) }),
          ...(after !== '' && { after: parseAlarm(code, after) }),
        };
      }),
  };
}

function parseAlarm(code: string, text: string): Alarm {
  return {
    code: code as AlarmCode,
    ...(JSON.parse(text) as Omit<Alarm, 'code'>),
  };
}
