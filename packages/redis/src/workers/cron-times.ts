import type { CronTimes } from '@trainyard/application';
import { CronExpressionParser } from 'cron-parser';

type Plan = Parameters<CronTimes['validate']>[0];

/**
 * Ticks as BullMQ's job schedulers compute them: the same library, the same options. A time of day that a change to
 * summer time leaves out comes an hour later, one that comes twice in autumn ticks the first time.
 */
export function createCronTimes(): CronTimes {
  return {
    validate,
    after: ({ cron, tz }, { after, upTo = Number.POSITIVE_INFINITY, atMost }) => {
      const expression = CronExpressionParser.parse(cron, { tz, currentDate: new Date(after) });
      const ticks: number[] = [];
      while (ticks.length < atMost) {
        const tick = expression.next().getTime();
        if (tick > upTo) break;
        ticks.push(tick);
      }
      return ticks;
    },
  };
}

function isTimeZone(tz: string): boolean {
  try {
    return new Intl.DateTimeFormat('en', { timeZone: tz }).resolvedOptions().timeZone !== '';
  } catch {
    return false;
  }
}

/** The library's `H`: a tick that was dealt with would come again elsewhere. */
const HASHED_FIELD = /(?<![a-z])h(?![a-z])/i;

/** The library takes fewer fields and seconds too; who writes those most likely means something else. */
function findCronError(cron: string): string | undefined {
  if (cron.trim().split(/\s+/).length !== 5)
    return 'a cron has five fields: minute, hour, day of month, month, day of week';
  if (HASHED_FIELD.test(cron)) return 'an H is another moment each time it is read; name the moment';
  try {
    CronExpressionParser.parse(cron, { tz: 'UTC' }).next();
    return undefined;
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
}

function validate({ cron, tz }: Plan): ReturnType<CronTimes['validate']> {
  const wrong = findCronError(cron);
  return [
    ...(wrong === undefined ? [] : [{ path: 'cron', message: wrong, value: cron }]),
    ...(isTimeZone(tz)
      ? []
      : [{ path: 'tz', message: 'is no time zone, e.g. Europe/Berlin or UTC', value: tz }]),
  ];
}
