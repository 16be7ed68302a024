import type { Alarm, AlarmCode, TrainingStore } from '@trainyard/application';
import type { Redis } from 'ioredis';
import { withStoreErrors } from '../redis/calls.ts';
import type { Keys } from '../redis/keys.ts';
import { recordAlarmReading } from '../scripts/training-scripts.ts';

/** Alarms in Redis, so that every process reports the same. */
export function createAlarms(redis: Redis, keys: Keys): Pick<TrainingStore, 'listAlarms' | 'recordReading'> {
  return {
    listAlarms: () =>
      withStoreErrors(async () =>
        Object.entries(await redis.hgetall(keys.alarms)).map(([code, text]) => parseAlarm(code, text)),
      ),
    recordReading: (code, { at, detail }) =>
      withStoreErrors(async () => {
        const reading = { code, at, detail: detail === undefined ? '' : JSON.stringify(detail) };
        const [before, after] = await recordAlarmReading(redis, keys, reading);
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
