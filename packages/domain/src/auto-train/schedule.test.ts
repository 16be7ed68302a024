import { describe, expect, it } from 'vitest';
import { findScheduleFaults, recordTicks, type Schedule, selectDueTicks, TICK_GRACE_MS } from './schedule.ts';

const HOUR = 3_600_000;
const schedule: Schedule = { rev: 3, handledUpTo: 10 * HOUR, ticks: [] };

describe('an unhandled tick', () => {
  it('runs when it is younger than six hours and is missed from then on', () => {
    expect(selectDueTicks([HOUR], HOUR + TICK_GRACE_MS - 1)).toEqual({ run: HOUR, missed: [] });
    expect(selectDueTicks([HOUR], HOUR + TICK_GRACE_MS)).toEqual({ missed: [HOUR] });
  });

  it('starts a single run for several late ticks', () => {
    expect(selectDueTicks([HOUR, 2 * HOUR, 3 * HOUR], 4 * HOUR)).toEqual({
      run: 3 * HOUR,
      missed: [HOUR, 2 * HOUR],
    });
  });

  it('starts no run when the list is empty', () => {
    expect(selectDueTicks([], 4 * HOUR)).toEqual({ missed: [] });
  });
});

describe('a schedule', () => {
  it('keeps its ticks, newest first, and never decreases the handled time', () => {
    const after = recordTicks(schedule, [
      { at: 11 * HOUR, handledAt: 13 * HOUR, outcome: 'missed' },
      { at: 12 * HOUR, handledAt: 13 * HOUR, outcome: 'ran', batchId: 'b1' },
    ]);
    expect(after).toMatchObject({ rev: 4, handledUpTo: 12 * HOUR, lastBatchId: 'b1' });
    expect(after.ticks.map(({ outcome }) => outcome)).toEqual(['ran', 'missed']);
    const late = recordTicks(after, [{ at: 9 * HOUR, handledAt: 14 * HOUR, outcome: 'missed' }]);
    expect(late).toMatchObject({ handledUpTo: 12 * HOUR, lastBatchId: 'b1' });
  });

  it('keeps the newest 100 ticks', () => {
    const ticks = Array.from({ length: 250 }, (_, at) => ({ at, handledAt: at, outcome: 'missed' }) as const);
    expect(recordTicks(schedule, ticks).ticks).toHaveLength(100);
    expect(recordTicks(schedule, ticks).ticks[0]?.at).toBe(249);
  });

  it('needs a limit or a budget', () => {
    const plan = { cron: '0 2 * * *', tz: 'UTC', enabled: true };
    expect(findScheduleFaults(plan)).toMatchObject([{ path: 'limit' }]);
    expect(findScheduleFaults({ ...plan, limit: 2 })).toEqual([]);
    expect(findScheduleFaults({ ...plan, budgetUsd: 5 })).toEqual([]);
  });
});
