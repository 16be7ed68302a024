import { expect, it } from 'vitest';
import { formatSentence, listActiveFilters } from './filter-words.ts';
import { readActorsSearch, toListQuery } from './search.ts';

it('an invalid value of the address affects only its key', () => {
  const search = readActorsSearch({
    ...{ q: ' ', sex: 'female', min_age: '18', max_age: '-3', data: 'lost', reviewed: 'yes', model: 'good' },
    ...{ sort: 'height', order: 'desc', view: 'cards', page: '2' },
  });
  expect(JSON.parse(JSON.stringify(search))).toEqual({
    sex: 'female',
    min_age: 18,
    model: 'good',
    order: 'desc',
  });
  expect(toListQuery(search)).toEqual({
    sex: 'female',
    min_age: 18,
    model: 'good',
    order: 'desc',
    sort: 'id',
  });
});

it('the view of the address is no part of the request', () => {
  expect(toListQuery(readActorsSearch({ view: 'table', q: '0019' }))).toEqual({ q: '0019', sort: 'id' });
});

it('the sentence of the page names the filters', () => {
  const format = (search: Record<string, string>) =>
    formatSentence(41, 289, listActiveFilters(readActorsSearch(search)));
  expect(format({})).toBe('289 actors');
  expect(format({ data: 'synced', model: 'none' })).toBe('41 of 289 actors: data synced, no model');
  expect(format({ q: 'garden', sex: 'male', min_age: '20', max_age: '30', reviewed: 'false' })).toBe(
    '41 of 289 actors: “garden”, male, age 20 to 30, not reviewed',
  );
  expect(format({ max_age: '30', data: 'none' })).toBe('41 of 289 actors: age up to 30, no images');
  expect(formatSentence(1, 1, [])).toBe('1 actor');
});

it('each filter clears its own parameters', () => {
  const filters = listActiveFilters(readActorsSearch({ q: 'a', min_age: '20', ethnicity: 'latin' }));
  expect(filters.map(({ text, cleared }) => [text, Object.keys(cleared)])).toEqual([
    ['search: a', ['q']],
    ['ethnicity: latin', ['ethnicity']],
    ['age: from 20', ['min_age', 'max_age']],
  ]);
});
