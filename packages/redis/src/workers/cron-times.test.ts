import { getNextMillis } from 'bullmq';
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

/** The ticks of some days by our own rule. */
function ours({ pattern, tz, from, days }: Days): readonly string[] {
  const after = Date.parse(from);
  return iso(cron.after({ cron: pattern, tz }, { after, upTo: after + days * DAY_MS, atMost: 1_000 }));
}

/** The same as BullMQ's job schedulers come to them: each from the one before. */
function bullMqs({ pattern, tz, from, days }: Days): readonly string[] {
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
const springThere = { from: '2026-03-07T12:00:00Z', days: 2 };
const autumnThere = { from: '2026-10-31T12:00:00Z', days: 2 };

describe('a cron over a change of the clocks ticks once a day,', () => {
  it.each([
    [
      'in a gap: an hour later by the clock on the wall',
      '30 2 * * *',
      berlin,
      spring,
      ['2026-03-29T01:30', '2026-03-30T00:30'],
    ],
    ['in an overlap: the first time', '30 2 * * *', berlin, autumn, ['2026-10-25T00:30', '2026-10-26T01:30']],
    ['in a gap, in New York', '30 2 * * *', newYork, springThere, ['2026-03-08T07:30', '2026-03-09T06:30']],
    [
      'in an overlap, in New York',
      '30 1 * * *',
      newYork,
      autumnThere,
      ['2026-11-01T05:30', '2026-11-02T06:30'],
    ],
    ['beside it, in spring', '0 22 * * *', berlin, spring, ['2026-03-28T21:00', '2026-03-29T20:00']],
    ['beside it, in autumn', '0 22 * * *', berlin, autumn, ['2026-10-24T20:00', '2026-10-25T21:00']],
  ] as const)('%s', (_, pattern, zone, span, ticks) => {
    expect(ours({ pattern, ...zone, ...span })).toEqual(ticks);
    expect(bullMqs({ pattern, ...zone, ...span })).toEqual(ticks);
  });

  it('and every half hour ticks every half hour, by the same moments as BullMQ', () => {
    for (const [zone, span] of [
      [berlin, spring],
      [berlin, autumn],
      [newYork, springThere],
      [newYork, autumnThere],
    ] as const) {
      const place = { pattern: '*/30 * * * *', ...zone, ...span };
      expect(ours(place)).toHaveLength(96);
      expect(bullMqs(place)).toEqual(ours(place));
    }
  });
});

describe('a schedule', () => {
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
  ])('of «%s» in «%s» has these faults: %j', (pattern, tz, paths) => {
    expect(cron.validate({ cron: pattern, tz }).map(({ path }) => path)).toEqual(paths);
  });

  it('names no more ticks than were asked for, and none beyond the end', () => {
    const plan = { cron: '0 * * * *', tz: 'UTC' };
    expect(cron.after(plan, { after: 0, atMost: 3 })).toEqual([3_600_000, 7_200_000, 10_800_000]);
    expect(cron.after(plan, { after: 0, upTo: 7_200_000, atMost: 3 })).toEqual([3_600_000, 7_200_000]);
  });
});
