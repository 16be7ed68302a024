import type { CronTimes } from '@trainyard/application';
import { CronExpressionParser } from 'cron-parser';
import { findFieldFault } from './cron-fields.ts';

type Plan = Parameters<CronTimes['validate']>[0];

/**
 * Computes ticks as BullMQ's job schedulers do, with the same library and options. A time of day that a change to summer
 * time skips ticks one hour later; a time that occurs twice in autumn ticks the first time.
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

/** `H`, a random value of the library: a handled tick would occur again at a different time after a restart. */
const HASHED_FIELD = /(?<![a-z])h(?![a-z])/i;

/** The library also accepts fewer fields, and seconds; such a cron is most likely a mistake. */
function findCronError(cron: string): string | undefined {
  const fields = cron.trim().split(/\s+/);
  if (fields.length !== 5) {
    const count = cron.trim() === '' ? 0 : fields.length;
    return `has ${count} fields; it needs five: minute, hour, day of month, month, day of week, for example 0 22 * * *`;
  }
  if (HASHED_FIELD.test(cron)) return 'H is not supported, because its value changes: use a fixed value';
  const fault = findFieldFault(cron);
  if (fault !== undefined) return fault;
  try {
    CronExpressionParser.parse(cron, { tz: 'UTC' }).next();
    return undefined;
  } catch {
    return `no date matches day of month ${fields[2]} in month ${fields[3]}`;
  }
}

function validate({ cron, tz }: Plan): ReturnType<CronTimes['validate']> {
  const cronError = findCronError(cron);
  return [
    ...(cronError === undefined ? [] : [{ path: 'cron', message: cronError, value: cron }]),
    ...(isTimeZone(tz)
      ? []
      : [{ path: 'tz', message: 'is not a known time zone; examples: Europe/Berlin, UTC', value: tz }]),
  ];
}
