import type { AutoTrainEvent } from '@trainyard/contracts';
import { expect, test } from 'vitest';
import { eventLines } from './event-lines.ts';

const NAME = '0019 european 20 female';
const START = Date.parse('2026-12-01T02:00:00Z');
const toIso = (minutes: number): string => new Date(START + minutes * 60_000).toISOString();

const created: AutoTrainEvent = {
  ...{ type: 'run_created', at: toIso(0), tick_at: null, considered: 2, eligible_count: 1 },
  enqueued: [
    {
      ...{ actor_id: '0019', name: NAME, training: { id: 't1', job_id: 'job-1' } },
      planned: {
        ...{ policy: 'flux-presets', preset: 'B', trigger: NAME, image_count: 23, cost_usd: null },
        ...{ hyperparameters: { max_train_steps: 2_000 }, duration_seconds: 3_000 },
      },
    },
  ],
  skipped: [
    {
      ...{ actor_id: '0001', name: '0001 european 25 female' },
      reasons: [{ code: 'has_good_model', message: 'already has good custom model' }],
    },
  ],
};

function toStatus(status: 'queued' | 'submitting' | 'running' | 'failed', minutes: number): AutoTrainEvent {
  const failure = { class: 'out_of_memory', code: 'out_of_memory', message: 'CUDA out of memory' } as const;
  return {
    ...{ type: 'status_changed', training_id: 't1', actor_id: '0019', name: NAME, status, model: null },
    ...{ at: toIso(minutes), minutes_since_accepted: minutes, failure: status === 'failed' ? failure : null },
  };
}

const read = (events: readonly AutoTrainEvent[], minutes: number): readonly string[] =>
  eventLines(events, START + minutes * 60_000).map(({ text }) => text);

test('the events of a run become the lines of the legacy script, each status once', () => {
  const texts = read([created, toStatus('queued', 0), toStatus('submitting', 1), toStatus('running', 2)], 3);
  expect(texts.slice(0, 2)).toEqual(['='.repeat(60), 'Automated Actor Training Script']);
  expect(texts).toContain('[Auto Train] ✗ Skipped: 0001 european 25 female (already has good custom model)');
  expect(texts.slice(-4)).toEqual([
    '',
    '[Auto Train] Monitoring 1 training(s)...',
    `[Auto Train] [0m] Status: IN_QUEUE (${NAME})`,
    `[Auto Train] [2m] Status: IN_PROGRESS (${NAME})`,
  ]);
});

test('a running training is reported again every 15 min until its end', () => {
  const running = [created, toStatus('queued', 0), toStatus('running', 2)];
  expect(read(running, 16).at(-1)).toContain('[2m]');
  expect(read(running, 33).slice(-2)).toEqual([
    `[Auto Train] [17m] Status: IN_PROGRESS (${NAME})`,
    `[Auto Train] [32m] Status: IN_PROGRESS (${NAME})`,
  ]);
  const ended = read([...running, toStatus('failed', 20)], 500);
  expect(ended.slice(-3)).toEqual([
    `[Auto Train] [17m] Status: IN_PROGRESS (${NAME})`,
    `[Auto Train] [20m] Status: FAILED (${NAME})`,
    `[Auto Train] ✗ Training failed: CUDA out of memory (${NAME})`,
  ]);
});

test('the lines of a reader who joins late begin with the lines of a reader from the start', () => {
  const events = [created, toStatus('queued', 0), toStatus('running', 2)];
  const [early, late] = [read(events, 20), read([...events, toStatus('failed', 50)], 60)];
  expect(late.slice(0, early.length)).toEqual(early);
});

test('a cancellation and the end of the run have their lines, the summary last', () => {
  const summary = {
    ...{ processed: 1, successful: 0, failed: 1, cancelled: 0, cost_usd: 0.3, cost_assumed_usd: 0 },
    ...{ cost_unknown_runs: 0, execution_seconds: 300, duration_seconds: 1_200 },
  };
  const texts = read(
    [
      created,
      { type: 'cancel_requested', at: toIso(1), by: 'ana', keep_running: true },
      toStatus('failed', 20),
      { type: 'run_ended', at: toIso(20), summary },
    ],
    30,
  );
  expect(texts).toContain('[Auto Train] ⚠️ Cancellation requested by ana; active trainings finish');
  expect(texts.slice(-5)).toEqual([
    'Total actors processed: 1',
    'Successful: 0',
    'Failed: 1',
    'Cost: $0.30',
    'Duration: 20 minutes',
  ]);
});
