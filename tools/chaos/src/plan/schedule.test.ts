import { describe, expect, it } from 'vitest';
import { FAULT_KINDS } from './fault-kinds.ts';
import { createConcurrentSchedule } from './schedule.ts';

const seeds = Array.from({ length: 100 }, (_, n) => n + 1);

describe('the schedule of a seed', () => {
  it('depends only on the seed', () => {
    expect(createConcurrentSchedule(7)).toEqual(createConcurrentSchedule(7));
    expect(createConcurrentSchedule(7)).not.toEqual(createConcurrentSchedule(8));
  });

  it('contains every kind of fault at least 60 times in 100 seeds', () => {
    const kinds = seeds.flatMap((seed) => createConcurrentSchedule(seed).injections.map(({ kind }) => kind));
    const counts = FAULT_KINDS.map((kind) => kinds.filter((each) => each === kind).length);
    expect(Math.min(...counts)).toBeGreaterThanOrEqual(60);
  });

  it('contains several trainings per subject, and a training of 2000 steps in 10 to 40 of 100 seeds', () => {
    const trainings = seeds.map((seed) => createConcurrentSchedule(seed).trainings);
    for (const each of trainings)
      expect(new Set(each.map(({ subjectId }) => subjectId)).size).toBeLessThan(each.length);
    const usual = trainings.flat().filter(({ steps }) => steps === 2_000).length;
    expect(usual).toBeGreaterThan(10);
    expect(usual).toBeLessThan(40);
  });

  it('repeats only the requested kinds', () => {
    const kinds = createConcurrentSchedule(3, ['reply_lost', 'cancelled']).injections.map(({ kind }) => kind);
    expect(new Set(kinds)).toEqual(new Set(['reply_lost', 'cancelled']));
    expect(kinds).toHaveLength(6);
  });
});
