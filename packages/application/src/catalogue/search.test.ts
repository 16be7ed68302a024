import { expect, it } from 'vitest';
import { searchFullText } from './search.ts';

const list = [
  { id: '0019', name: 'Anna', description: 'curly hair\nand freckles' },
  { id: '0042', name: 'Änne' },
  { id: '1900', name: 'Ben', description: 'no hair' },
];
function searchIds(words: string) {
  return searchFullText(list, words).map(({ id }) => id);
}

it.each([
  ['anna', ['0019']],
  ['19', ['0019', '1900']],
  ['HAIR', ['0019', '1900']],
  ['hair 1900', ['1900']],
  ['freckles curly anna', ['0019']],
  ['änne', ['0042']],
  ['freckles 0042', []],
  ['n', ['0019', '0042', '1900']],
])('searchFullText finds the entries that contain %j', (words, ids) => {
  expect(searchIds(words)).toEqual(ids);
});
