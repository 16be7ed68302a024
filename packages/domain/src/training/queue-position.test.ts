import { expect, it } from 'vitest';
import { formatQueuePosition } from './queue-position.ts';

it.each([
  [1, 'next'],
  [2, '2nd'],
  [3, '3rd'],
  [4, '4th'],
  [11, '11th'],
  [12, '12th'],
  [13, '13th'],
  [21, '21st'],
  [112, '112th'],
  [1_053, '1053rd'],
])('position %i is formatted as %s', (position, text) => {
  expect(formatQueuePosition(position)).toBe(`${text} in the queue`);
});
