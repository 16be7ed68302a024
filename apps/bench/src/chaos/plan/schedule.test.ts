import { describe, expect, it } from 'vitest';
import { FAULT_KINDS } from './fault-kinds.ts';
import { scheduleOf } from './schedule.ts';

const seeds = Array.from({ length: 100 }, (_, n) => n + 1);

describe('the schedule of a seed', () => {
  it('is the same every time, and another for another seed', () => {
    expect(scheduleOf(7)).toEqual(scheduleOf(7));
    expect(scheduleOf(7)).not.toEqual(scheduleOf(8));
  });

  it('brings every kind of fault at least 50 times in any 100 seeds', () => {
    const kinds = seeds.flatMap((seed) => scheduleOf(seed).injections.map(({ kind }) => kind));
    const counts = FAULT_KINDS.map((kind) => kinds.filter((each) => each === kind).length);
    expect(Math.min(...counts)).toBeGreaterThanOrEqual(50);
  });

  it('asks for one training of usual length and for several of one subject', () => {
    for (const seed of seeds) {
      const { trainings } = scheduleOf(seed);
      expect(trainings.filter(({ steps }) => steps === 2_000)).toHaveLength(1);
      expect(new Set(trainings.map(({ subjectId }) => subjectId)).size).toBeLessThan(trainings.length);
    }
  });

  it('keeps to the kinds that were asked for', () => {
    expect(scheduleOf(3, ['reply_lost']).injections.map(({ kind }) => kind)).toContain('reply_lost');
    expect(new Set(scheduleOf(4, ['reply_lost']).injections.map(({ kind }) => kind))).toEqual(
      new Set(['reply_lost']),
    );
  });
});
