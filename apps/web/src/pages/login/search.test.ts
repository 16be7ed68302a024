import { expect, it } from 'vitest';
import { readLoginSearch } from './search.ts';

it.each([
  ['/actors?q=19&model=none', '/actors?q=19&model=none'],
  ['/admin/queues/queue/trainings?status=active', '/admin/queues/queue/trainings?status=active'],
  ['//evil.example', undefined],
  ['/\\evil.example', undefined],
  ['/\t/evil.example', undefined],
  ['/.//evil.example', undefined],
  ['https://evil.example/', undefined],
  ['javascript:alert(1)', undefined],
  [19, undefined],
])('the login leads from %j to %j', (next, expected) => {
  expect(readLoginSearch({ next }).next).toBe(expected);
});
