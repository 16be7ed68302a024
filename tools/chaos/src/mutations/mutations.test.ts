import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { MUTATIONS } from './mutations.ts';

const edits = MUTATIONS.flatMap(({ name, edits: all }) =>
  all.map(({ file, from }) => [name, file, from] as const),
);

it.each(edits)('mutation «%s» matches its guard in %s', (_, file, from) => {
  const text = readFileSync(new URL(`../../../../${file}`, import.meta.url), 'utf8');
  expect(text).toContain(from);
});

it('each invariant has a mutation that removes its guard', () => {
  const broken = new Set(MUTATIONS.map(({ breaks }) => breaks));
  expect([...broken].sort()).toEqual(['I1', 'I2', 'I3', 'I4', 'I5', 'I6', 'I7', 'I8']);
});
