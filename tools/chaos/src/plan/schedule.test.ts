import { describe, expect, it } from 'vitest';
import { FAULT_KINDS, fitsStateStore } from './fault-kinds.ts';
import { createConcurrentSchedule, isIsolated, usesSentinel } from './schedule.ts';

const seeds = Array.from({ length: 100 }, (_, n) => n + 1);

describe('the schedule of a seed', () => {
  it('depends only on the seed', () => {
    expect(createConcurrentSchedule(7)).toEqual(createConcurrentSchedule(7));
    expect(createConcurrentSchedule(7)).not.toEqual(createConcurrentSchedule(8));
  });

  it('contains every kind of fault at least 48 times in 100 seeds, those of a single Redis at least 60 times', () => {
    const kinds = seeds.flatMap((seed) => createConcurrentSchedule(seed).injections.map(({ kind }) => kind));
    for (const kind of FAULT_KINDS) {
      const count = kinds.filter((each) => each === kind).length;
      expect(count, kind).toBeGreaterThanOrEqual(fitsStateStore(kind, false) ? 60 : 48);
    }
  });

  it('runs on a Sentinel group in 25 of 100 seeds, and contains no fault of a different state store', () => {
    const schedules = seeds.map((seed) => createConcurrentSchedule(seed));
    expect(schedules.filter(({ sentinel }) => sentinel)).toHaveLength(25);
    expect(seeds.filter((seed) => isIsolated(seed) && usesSentinel(seed))).toEqual([]);
    for (const { injections, sentinel } of schedules)
      expect(injections.filter(({ kind }) => !fitsStateStore(kind, sentinel))).toEqual([]);
    expect(createConcurrentSchedule(1, ['master_killed']).sentinel).toBe(true);
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
