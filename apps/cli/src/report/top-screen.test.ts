import { expect, test } from 'vitest';
import { NO_NAMES } from '../subjects/subject-names.ts';
import { type TopSnapshot, topLines } from './top-screen.ts';

const RUN = {
  id: 'tr_0019abcd',
  kind: 'actor',
  subject_id: '0019',
  version_name: 'V7',
  status: 'running',
  needs_attention: null,
  progress: { step: 500, total_steps: 1_000, loss: null, remaining: null },
  expected_usd: 2.38,
  cost_usd: null,
  cost_assumed_usd: 0,
};

function drawCost(changes: object): string {
  const snapshot = {
    slots: {
      in_use_count: 1,
      max_concurrency: 2,
      waiting_count: 0,
      next: [],
      gate: null,
      budget: null,
      paused: false,
      pause_reason: null,
    },
    alarms: [],
    budgets: { day: { left_usd: null, spent_usd: 0, budget_usd: null }, committed_usd: 0 },
    active: [{ ...RUN, ...changes }],
    queue: [],
  } as unknown as TopSnapshot;
  const lines = topLines(snapshot, { names: NO_NAMES, width: 80, url: 'http://127.0.0.1:3000' });
  return /~?\$[\d.]+/.exec(lines.find((line) => line.includes('0019abcd')) ?? '')?.[0] ?? '';
}

test.each([
  ['half of the estimate for a run at half of its steps', {}, '~$1.19'],
  [
    'the known cost of a finalizing run without an estimate on top',
    { status: 'finalizing', cost_usd: 2.32 },
    '$2.32',
  ],
  ['the estimate of a finalizing run whose cost is not known', { status: 'finalizing' }, '~$2.38'],
  ['the known cost of an ended run', { status: 'completed', cost_usd: 2.32 }, '$2.32'],
])('top shows %s', (_, changes, expected) => {
  expect(drawCost(changes)).toBe(expected);
});
