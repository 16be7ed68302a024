import { expect, it } from 'vitest';
import { FAULT_KINDS } from './fault-kinds.ts';
import { createIsolatedSchedule, isIsolated } from './schedule.ts';

const seeds = Array.from({ length: 100 }, (_, n) => n + 1).filter(isIsolated);

it('the calm seeds of a hundred have had every kind of fault but the one that takes half an hour', () => {
  const kinds = new Set(
    seeds.flatMap((seed) => createIsolatedSchedule(seed).injections.map(({ kind }) => kind)),
  );
  expect(FAULT_KINDS.filter((kind) => !kinds.has(kind))).toEqual(['result_past_retention']);
});
