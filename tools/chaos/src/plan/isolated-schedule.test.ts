import { expect, it } from 'vitest';
import { FAULT_KINDS, fitsStateStore } from './fault-kinds.ts';
import { createIsolatedSchedule, isIsolated } from './schedule.ts';

const seeds = Array.from({ length: 100 }, (_, n) => n + 1).filter(isIsolated);

it('the isolated schedules of 100 seeds contain every kind of fault except result_past_retention', () => {
  const kinds = new Set(
    seeds.flatMap((seed) => createIsolatedSchedule(seed).injections.map(({ kind }) => kind)),
  );
  expect(FAULT_KINDS.filter((kind) => fitsStateStore(kind, false) && !kinds.has(kind))).toEqual([
    'result_past_retention',
  ]);
});
