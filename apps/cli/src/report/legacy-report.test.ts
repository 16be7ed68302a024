import { enqueuedLines, headingLines, statusLines, summaryLines } from '@trainyard/client/report';
import type { AutoTrainRunView } from '@trainyard/contracts';
import { expect, test } from 'vitest';
import { buildTrainingView } from '../../test/views.ts';
import { selectionLines } from './selection-lines.ts';

const NAME = '0019 european 20 female';
const view = buildTrainingView();
const planned = {
  ...{ policy: 'flux-presets', preset: 'B', trigger: NAME, image_count: 23, cost_usd: null },
  ...{ hyperparameters: view.hyperparameters, duration_seconds: 3_000 },
};

/** The run of the example output of document 002, with the second actor as an actor that trains too. */
const run = {
  ...{ id: 'b1', dry_run: false, considered: 289, eligible_count: 2, order: {}, waiting: null },
  enqueued: [
    { actor_id: '0019', name: NAME, planned, training: view },
    {
      actor_id: '0042',
      name: '0042 european 35 male',
      planned: { ...planned, image_count: 20 },
      training: view,
    },
  ],
  skipped: [
    {
      actor_id: '0001',
      name: '0001 european 25 female',
      reasons: [{ code: 'has_good_model', message: 'already has good custom model' }],
    },
  ],
} as unknown as AutoTrainRunView;

test('the report has heading, selection and first training in the lines of the legacy script', () => {
  const lines = [...headingLines(), ...selectionLines(run), ...enqueuedLines(run)];
  expect(lines.slice(0, lines.indexOf('[Auto Train] Training 2/2') - 2)).toEqual([
    '============================================================',
    'Automated Actor Training Script',
    '============================================================',
    '',
    '[Auto Train] Loading actors from API...',
    '[Auto Train] Loaded 289 actors',
    '[Auto Train] ✓ Eligible: 0019 european 20 female (ID: 19, Images: 23)',
    '[Auto Train] ✓ Eligible: 0042 european 35 male (ID: 42, Images: 20)',
    '[Auto Train] ✗ Skipped: 0001 european 25 female (already has good custom model)',
    '',
    '[Auto Train] Found 2 eligible actor(s)',
    '[Auto Train] Will train up to 2 actors',
    '',
    '========================================',
    '[Auto Train] Training 1/2',
    '========================================',
    '',
    '[Auto Train] Starting training for: 0019 european 20 female',
    '[Auto Train] Actor ID: 0019',
    '[Auto Train] Training images: 23',
    '',
    '[Auto Train] Parameters:',
    '  - Steps: 2000',
    '  - Learning Rate: 0.00025',
    '  - Rank/Alpha: 16/8',
    '  - Repeats: 2',
    '  - Trigger: 0019 european 20 female',
    '',
    '[Auto Train] ✓ Training accepted!',
    `[Auto Train] Job ID: ${view.job_id}`,
    '[Auto Train] Estimated duration: ~50 minutes',
  ]);
});

test('the statuses and the summary are the lines of the legacy script, each status with its actor', () => {
  const model = {
    ...{ lora_url: 's3://bucket/actor_0019_V7.safetensors', verified: true, size_bytes: 1, sha256: null },
    file_name: 'actor_0019_V7.safetensors',
  };
  const at = (status: typeof view.status, minutes: number) =>
    statusLines(NAME, buildTrainingView({ status, ...(status === 'completed' && { model }) }), minutes);
  expect([...at('queued', 0), ...at('running', 1), ...at('running', 45), ...at('completed', 50)]).toEqual([
    `[Auto Train] [0m] Status: IN_QUEUE (${NAME})`,
    `[Auto Train] [1m] Status: IN_PROGRESS (${NAME})`,
    `[Auto Train] [45m] Status: IN_PROGRESS (${NAME})`,
    `[Auto Train] [50m] Status: COMPLETED (${NAME})`,
    `[Auto Train] ✓ Training completed! (${NAME})`,
    '[Auto Train] Model URL: s3://bucket/actor_0019_V7.safetensors',
  ]);
  const summary = {
    ...{ processed: 2, successful: 2, failed: 0, cancelled: 0 },
    ...{ cost_usd: null, cost_assumed_usd: 0, cost_unknown_runs: 0 },
    ...{ execution_seconds: 6_000, duration_seconds: 3_600 },
  };
  expect(summaryLines({ done: true, summary })).toEqual([
    '',
    '============================================================',
    'Training Summary',
    '============================================================',
    'Total actors processed: 2',
    'Successful: 2',
    'Failed: 0',
    'Duration: 60 minutes',
    '',
    '✓ Successful models have been saved to manifests',
    '✓ Models will be available in the Validator and Actor Training tabs',
  ]);
});
