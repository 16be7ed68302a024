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

  it('asks for several trainings of one subject, and now and then for one of usual length', () => {
    const trainings = seeds.map((seed) => scheduleOf(seed).trainings);
    for (const each of trainings)
      expect(new Set(each.map(({ subjectId }) => subjectId)).size).toBeLessThan(each.length);
    const usual = trainings.flat().filter(({ steps }) => steps === 2_000).length;
    expect(usual).toBeGreaterThan(10);
    expect(usual).toBeLessThan(40);
  });

  it('keeps to the kinds that were asked for', () => {
    expect(scheduleOf(3, ['reply_lost']).injections.map(({ kind }) => kind)).toContain('reply_lost');
    expect(new Set(scheduleOf(4, ['reply_lost']).injections.map(({ kind }) => kind))).toEqual(
      new Set(['reply_lost']),
    );
  });
});
