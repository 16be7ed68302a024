import { expect, test } from 'vitest';
import { type UpFacts, upLines } from './up-lines.ts';

const facts: UpFacts = {
  url: 'http://127.0.0.1:8787',
  file: '/data/trainyard.log',
  home: '/data',
  settings: { OBJECT_STORE_URL: 's3://bucket', API_KEYS: undefined, warnings: [] } as never,
  resumed: { liveRuns: 0, queued: 0 },
};
const printed = (change: Partial<UpFacts> = {}) => upLines({ ...facts, ...change }).join('\n');

test('`up` prints the addresses of API, documentation and Bull Board, and the log file', () => {
  for (const text of [
    '127.0.0.1:8787/docs',
    '127.0.0.1:8787/admin/queues',
    '/data/trainyard.log',
    's3://bucket',
  ])
    expect(printed()).toContain(text);
});

test('`up` prints the runs and trainings of an earlier process', () => {
  expect(printed()).toContain('No training is queued or live');
  expect(printed({ resumed: { liveRuns: 1, queued: 3 } })).toContain(
    'Resumed: 1 live run, 3 queued trainings.',
  );
});

test('`up` names the way in which results arrive, and every suspect setting', () => {
  const settings = {
    ...facts.settings,
    GATEWAY_BASE_URL: 'https://t.example.com',
    warnings: [{ name: 'X', message: 'X is not a setting' }],
  };
  expect(printed()).toContain('found by polling');
  expect(printed({ settings })).toContain('RunPod calls https://t.example.com');
  expect(printed({ settings })).toContain('! X is not a setting');
});
