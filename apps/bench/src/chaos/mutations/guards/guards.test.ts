import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { END_GUARDS } from './ends.ts';
import { RECORD_GUARDS } from './record.ts';
import { SUBMISSION_GUARDS } from './submission.ts';

const edits = [...SUBMISSION_GUARDS, ...RECORD_GUARDS, ...END_GUARDS].flatMap(({ name, edits: all }) =>
  all.map(({ file, from }) => [name, file, from] as const),
);

it.each(edits)('«%s» finds its guard in %s', (_, file, from) => {
  const text = readFileSync(new URL(`../../../../../../${file}`, import.meta.url), 'utf8');
  expect(text).toContain(from);
});
