import {
  dryRunLines,
  enqueuedLines,
  headingLines,
  statusLines,
  summaryLines,
  toReportStatus,
} from '@trainyard/client/report';
import type { AutoTrainRunView, TrainingView } from '@trainyard/contracts';
import { describe, expect, test } from 'vitest';
import { buildTrainingView } from '../../test/views.ts';
import { candidateLines, selectionLines } from './selection-lines.ts';

const ada = {
  actor_id: '0019',
  name: '0019 european 20 female',
  image_count: 23,
  eligible: true,
  reasons: [],
};
const good = {
  actor_id: '0001',
  name: '0001 european 25 female',
  image_count: 16,
  eligible: false,
  reasons: [{ code: 'has_good_model', message: 'already has good custom model' }],
};
const summary = {
  processed: 2,
  successful: 2,
  failed: 0,
  cancelled: 0,
  cost_usd: null,
  cost_assumed_usd: 0,
  cost_unknown_runs: 0,
  execution_seconds: 6_000,
  duration_seconds: 3_600,
};

const planned = {
  policy: 'flux-presets',
  preset: 'B',
  trigger: ada.name,
  image_count: 23,
  hyperparameters: buildTrainingView().hyperparameters,
  duration_seconds: 3_120,
  cost_usd: 1.5,
};

function buildRun(overrides: Partial<AutoTrainRunView> = {}): AutoTrainRunView {
  return {
    id: 'b1',
    dry_run: false,
    considered: 3,
    enqueued: [{ actor_id: '0019', name: ada.name, planned, training: buildTrainingView() }],
    skipped: [
      { actor_id: '0001', name: good.name, reasons: [good.reasons[0]!] },
      { actor_id: '0042', name: 'late', reasons: [{ code: 'limit', message: 'more are eligible' }] },
    ],
    order: { limit: 1 },
    eligible_count: 2,
    estimate: {
      count: 1,
      total_seconds: 3_120,
      total_range_seconds: [2_080, 4_160],
      duration_seconds: 3_120,
      duration_range_seconds: [2_080, 4_160],
      max_concurrency: 2,
      last_end_at: '2026-11-25T16:30:00.000Z',
      cost_usd: 1.5,
      cost_range_usd: [1, 2],
      price: { gpu_type: 'A100', usd_per_second: 0.00076, as_of: '2026-06-08' },
    },
    checks: null,
    waiting: null,
    ...overrides,
  };
}

describe('the report of auto-train', () => {
  test('has the heading of the legacy script', () => {
    expect(headingLines()).toContain('Automated Actor Training Script');
  });

  test('lists eligible actors and skipped actors with reasons', () => {
    const lines = selectionLines(buildRun());
    expect(lines).toContain('[Auto Train] Loaded 3 actors');
    expect(lines).toContain('[Auto Train] ✓ Eligible: 0019 european 20 female (ID: 19, Images: 23)');
    expect(lines).toContain(
      '[Auto Train] ✗ Skipped: 0001 european 25 female (already has good custom model)',
    );
    expect(lines).toContain('[Auto Train] Found 2 eligible actor(s)');
    expect(lines).toContain('[Auto Train] Will train up to 1 actors');
    expect(candidateLines([ada, good])).toContain('[Auto Train] Found 1 eligible actor(s)');
  });

  test('warns when no actor is eligible', () => {
    const none = buildRun({ enqueued: [], eligible_count: 0, skipped: buildRun().skipped.slice(0, 1) });
    expect(selectionLines(none).join('\n')).not.toContain('Will train');
    expect(selectionLines(none).at(-1)).toBe('[Auto Train] ⚠️ No eligible actors found');
    expect(selectionLines(buildRun({ enqueued: [] })).join('\n')).not.toContain('No eligible');
  });

  test('shows the parameters and the job of each training', () => {
    const lines = enqueuedLines(buildRun());
    expect(lines.join('\n')).toContain(
      [
        '[Auto Train] Parameters:',
        '  - Steps: 2000',
        '  - Learning Rate: 0.00025',
        '  - Rank/Alpha: 16/8',
        '  - Repeats: 2',
        '  - Trigger: 0019 european 20 female',
      ].join('\n'),
    );
    expect(lines).toContain('[Auto Train] Job ID: custom-actors_actor_0019_1');
    expect(lines).toContain('[Auto Train] Training 1/1');
    expect(lines).toContain('[Auto Train] Estimated duration: ~52 minutes');
  });

  test('shows the planned trainings, parameters, time and cost of a dry run', () => {
    const run = buildRun({
      id: null,
      dry_run: true,
      enqueued: [{ actor_id: '0019', name: ada.name, planned, training: null }],
    });
    const lines = enqueuedLines(run);
    expect(lines).toContain('[Auto Train] Would train: 0019 european 20 female');
    expect(lines).toContain('  - Steps: 2000');
    expect(lines.join('\n')).not.toContain('Job ID');
    expect(dryRunLines(run)).toEqual(
      expect.arrayContaining([
        'Would train: 1',
        'Would skip: 2',
        '2 of 3 actors qualify; 1 starts now: about 52 min (35 min to 1 h 9 min), about',
      ]),
    );
  });

  test('prints a status with the minutes since acceptance', () => {
    expect(statusLines('Ada', buildTrainingView(), 0.4)).toEqual([
      '[Auto Train] [0m] Status: IN_QUEUE (Ada)',
    ]);
    const model = {
      lora_url: 's3://b/actor_0019_V7.safetensors',
      verified: true,
      size_bytes: 1,
      sha256: null,
      file_name: 'm.safetensors',
    };
    expect(statusLines('Ada', buildTrainingView({ status: 'completed', model }), 50.2)).toEqual([
      '[Auto Train] [50m] Status: COMPLETED (Ada)',
      '[Auto Train] ✓ Training completed! (Ada)',
      '[Auto Train] Model URL: s3://b/actor_0019_V7.safetensors',
    ]);
  });

  test('prints the reason of a failed training', () => {
    const failure = { class: 'data', code: 'no_captions', message: 'no captions' } as const;
    expect(statusLines('Ada', buildTrainingView({ status: 'failed', failure }), 3).join('\n')).toContain(
      '✗ Training failed: no captions',
    );
  });

  test.each<[TrainingView['status'], string]>([
    ['queued', 'IN_QUEUE'],
    ['submitted', 'IN_QUEUE'],
    ['running', 'IN_PROGRESS'],
    ['finalizing', 'IN_PROGRESS'],
    ['timed_out', 'TIMED_OUT'],
  ])('prints %s as %s', (status, expected) => {
    expect(toReportStatus({ status })).toBe(expected);
  });

  test('ends with the summary of the legacy script', () => {
    expect(summaryLines({ done: true, summary }).slice(2, 7)).toEqual([
      'Training Summary',
      '='.repeat(60),
      'Total actors processed: 2',
      'Successful: 2',
      'Failed: 0',
    ]);
  });

  test('is headed «So far» while the run is open', () => {
    expect(summaryLines({ done: false, summary })[2]).toBe('So far');
  });

  test('omits the lines about models without a successful training', () => {
    const lines = summaryLines({ done: true, summary: { ...summary, successful: 0, failed: 2 } });
    expect(lines).toContain('Failed: 2');
    expect(lines.join('\n')).not.toContain('✓');
  });
});
