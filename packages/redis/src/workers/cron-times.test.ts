import { getNextMillis } from 'bullmq';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createCronTimes } from './cron-times.ts';

const cron = createCronTimes();
const DAY_MS = 24 * 3_600_000;

interface Days {
  readonly pattern: string;
  readonly tz: string;
  readonly from: string;
  readonly days: number;
}

function iso(ticks: readonly number[]): readonly string[] {
  return ticks.map((tick) => new Date(tick).toISOString().slice(0, 16));
}

/** The ticks within a number of days by createCronTimes. */
function listTicks({ pattern, tz, from, days }: Days): readonly string[] {
  const after = Date.parse(from);
  return iso(cron.after({ cron: pattern, tz }, { after, upTo: after + days * DAY_MS, atMost: 1_000 }));
}

/** The ticks of BullMQ's job schedulers, each computed from the tick before. */
function listBullMqTicks({ pattern, tz, from, days }: Days): readonly string[] {
  const ticks: number[] = [];
  const until = Date.parse(from) + days * DAY_MS;
  for (let at = Date.parse(from); ; ) {
    const next = getNextMillis(at, { pattern, tz }) ?? Number.POSITIVE_INFINITY;
    if (next > until) return iso(ticks);
    ticks.push(next);
    at = next;
  }
}

const berlin = { tz: 'Europe/Berlin' };
const newYork = { tz: 'America/New_York' };
const spring = { from: '2026-03-28T12:00:00Z', days: 2 };
const autumn = { from: '2026-10-24T12:00:00Z', days: 2 };
const springNewYork = { from: '2026-03-07T12:00:00Z', days: 2 };
const autumnNewYork = { from: '2026-10-31T12:00:00Z', days: 2 };

describe('a daily cron over a change to or from summer time', () => {
  it.each([
    [
      'ticks one hour later in the skipped hour, Berlin',
      '30 2 * * *',
      berlin,
      spring,
      ['2026-03-29T01:30', '2026-03-30T00:30'],
    ],
    [
      'ticks the first time in the repeated hour, Berlin',
      '30 2 * * *',
      berlin,
      autumn,
      ['2026-10-25T00:30', '2026-10-26T01:30'],
    ],
    [
      'ticks one hour later in the skipped hour, New York',
      '30 2 * * *',
      newYork,
      springNewYork,
      ['2026-03-08T07:30', '2026-03-09T06:30'],
    ],
    [
      'ticks the first time in the repeated hour, New York',
      '30 1 * * *',
      newYork,
      autumnNewYork,
      ['2026-11-01T05:30', '2026-11-02T06:30'],
    ],
    [
      'ticks at the local time outside of the skipped hour',
      '0 22 * * *',
      berlin,
      spring,
      ['2026-03-28T21:00', '2026-03-29T20:00'],
    ],
    [
      'ticks at the local time outside of the repeated hour',
      '0 22 * * *',
      berlin,
      autumn,
      ['2026-10-24T20:00', '2026-10-25T21:00'],
    ],
  ] as const)('%s', (_, pattern, zone, span, ticks) => {
    expect(listTicks({ pattern, ...zone, ...span })).toEqual(ticks);
    expect(listBullMqTicks({ pattern, ...zone, ...span })).toEqual(ticks);
  });

  it('a half-hourly cron ticks every half hour over the change, at the same times as BullMQ', () => {
    for (const [zone, span] of [
      [berlin, spring],
      [berlin, autumn],
      [newYork, springNewYork],
      [newYork, autumnNewYork],
    ] as const) {
      const schedule = { pattern: '*/30 * * * *', ...zone, ...span };
      expect(listTicks(schedule)).toHaveLength(96);
      expect(listBullMqTicks(schedule)).toEqual(listTicks(schedule));
    }
  });
});

describe('the validation of a cron and a time zone', () => {
  it.each([
    ['61 * * * *', 'UTC', ['cron']],
    ['0 0 30 2 *', 'UTC', ['cron']],
    ['', 'UTC', ['cron']],
    ['* * * * * *', 'UTC', ['cron']],
    ['@daily', 'UTC', ['cron']],
    ['0 2 * * *', 'Europe/Atlantis', ['tz']],
    ['soon', '', ['cron', 'tz']],
    ['0 2 * * 1-5', 'Europe/Berlin', []],
    ['H H * * *', 'UTC', ['cron']],
    ['0 3 * * THU', 'UTC', []],
  ])('reports for «%s» in «%s» faults of %j', (pattern, tz, paths) => {
    expect(cron.validate({ cron: pattern, tz }).map(({ path }) => path)).toEqual(paths);
  });

  it.each([
    ['0 25 * * *', 'hour is 25; it must be 0–23'],
    ['61 2 * * *', 'minute is 61; it must be 0–59'],
    ['0 2 0 * *', 'day of month is 0; it must be 1–31'],
    ['0 2 * 13 *', 'month is 13; it must be 1–12'],
    ['0 2 * * 8', 'day of week is 8; it must be 0–7'],
    ['0 1-30 * * *', 'hour is 30; it must be 0–23'],
    ['0 5-2 * * *', 'hour has the range 5-2, which ends before it starts'],
    ['*/0 * * * *', 'minute has the step 0 in */0; a step is 1 or more'],
    [
      '0 2am * * *',
      'hour is 2am; it must be *, a number 0–23, a list such as 1,3, a range such as 1-5, or a step such as */2',
    ],
    ['0 2 * * FUN', expect.stringMatching(/^day of week is FUN; it must be .* or a name such as MON/)],
    ['0 0 30 2 *', 'no date matches day of month 30 in month 2'],
    ['0 2 * *', expect.stringMatching(/^has 4 fields; it needs five: minute, hour, day of month/)],
    ['', expect.stringMatching(/^has 0 fields/)],
  ])('names the fault of «%s» in words: %s', (pattern, message) => {
    expect(cron.validate({ cron: pattern, tz: 'UTC' })).toEqual([{ path: 'cron', message, value: pattern }]);
  });

  it('names a field and its bounds for every number beyond them', () => {
    const bounds = [
      ['minute', 0, 59],
      ['hour', 0, 23],
      ['day of month', 1, 31],
      ['month', 1, 12],
      ['day of week', 0, 7],
    ] as const;
    fc.assert(
      fc.property(fc.nat(4), fc.nat(999), (at, value) => {
        const fields = bounds.map((_, index) => (index === at ? String(value) : '*'));
        const [name, min, max] = bounds[at] ?? bounds[0];
        const faults = cron.validate({ cron: fields.join(' '), tz: 'UTC' });
        const message = `${name} is ${value}; it must be ${min}–${max}`;
        expect(faults.map((each) => each.message)).toEqual(value < min || value > max ? [message] : []);
      }),
    );
  });

  it('after returns at most the requested number of ticks, and none after the end', () => {
    const plan = { cron: '0 * * * *', tz: 'UTC' };
    expect(cron.after(plan, { after: 0, atMost: 3 })).toEqual([3_600_000, 7_200_000, 10_800_000]);
    expect(cron.after(plan, { after: 0, upTo: 7_200_000, atMost: 3 })).toEqual([3_600_000, 7_200_000]);
  });
});
