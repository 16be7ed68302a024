import { expect, test } from 'vitest';
import { createIds } from './adapters.ts';

test('ids of trainings are UUIDv7, unique and sorted by the order of creation', () => {
  const ids = createIds();
  const created = Array.from({ length: 500 }, () => ids.training());
  expect(created.toSorted()).toEqual(created);
  expect(new Set(created).size).toBe(500);
  expect(created[0]).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-7/);
});
