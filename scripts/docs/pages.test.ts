import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { TRAINING_EVENT_TYPES, TRAINING_STATUSES } from '../../packages/domain/src/index.ts';
import { buildEvents } from './lifecycle-events.ts';
import { exploreLifecycle } from './lifecycle-exploration.ts';
import { PAGES } from './pages.ts';

test.each(Object.entries(PAGES))(
  'docs/%s equals the page generated from the code (npm run docs)',
  (file, page) => {
    expect(readFileSync(new URL(`../../docs/${file}`, import.meta.url), 'utf8')).toBe(page());
  },
);

test('the exploration of the lifecycle covers every event and every state', () => {
  expect(new Set(buildEvents(0, 1).map(({ type }) => type))).toEqual(new Set(TRAINING_EVENT_TYPES));
  expect(new Set(exploreLifecycle().obligationKinds.keys())).toEqual(new Set(TRAINING_STATUSES));
});
