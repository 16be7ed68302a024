import type { TrainingView } from '@trainyard/contracts';
import { describe, expect, test } from 'vitest';
import { training } from '../../test/views.ts';
import {
  candidateLines,
  enqueuedLines,
  headingLines,
  statusLines,
  statusWord,
  summaryLines,
} from './auto-train-report.ts';

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
  reasons: [{ message: 'already has good custom model' }],
};
const summary = {
  processed: 2,
  successful: 2,
  failed: 0,
  cancelled: 0,
  cost_usd: null,
  execution_seconds: 6_000,
};

describe('the report of auto-train', () => {
  test('is headed as seed 002 shows it', () => {
    expect(headingLines()).toContain('Automated Actor Training Script');
  });

  test('tells whom it found and whom it leaves out, and why', () => {
    const lines = candidateLines([ada, good], 2);
    expect(lines).toContain('[Auto Train] Loaded 2 actors');
    expect(lines).toContain('[Auto Train] ✓ Eligible: 0019 european 20 female (ID: 19, Images: 23)');
    expect(lines).toContain(
      '[Auto Train] ✗ Skipped: 0001 european 25 female (already has good custom model)',
    );
    expect(lines).toContain('[Auto Train] Found 1 eligible actor(s)');
    expect(lines).toContain('[Auto Train] Will train up to 1 actors');
  });

  test('promises no training when nobody is eligible', () => {
    expect(candidateLines([good]).join('\n')).not.toContain('Will train');
  });

  test('shows the parameters and the job of each training', () => {
    const run = {
      id: 'b1',
      dry_run: false,
      considered: 2,
      skipped: [],
      enqueued: [{ actor_id: '0019', name: ada.name, training: training() }],
    };
    expect(enqueuedLines(run).join('\n')).toContain(
      [
        '[Auto Train] Parameters:',
        '  - Steps: 2000',
        '  - Learning Rate: 0.00025',
        '  - Rank/Alpha: 16/8',
        '  - Repeats: 2',
        '  - Trigger: 0019 european 20 female',
      ].join('\n'),
    );
    expect(enqueuedLines(run)).toContain('[Auto Train] Job ID: t1');
    expect(enqueuedLines(run)).toContain('[Auto Train] Training 1/1');
  });

  test('a dry run only says whom it would train', () => {
    const enqueued = [{ actor_id: '0019', name: ada.name, training: null }];
    const lines = enqueuedLines({ id: 'b1', dry_run: true, considered: 1, skipped: [], enqueued });
    expect(lines).toContain('[Auto Train] Would train: 0019 european 20 female');
    expect(lines.join('\n')).not.toContain('Job ID');
  });

  test('tells a status with the minutes since it was accepted', () => {
    expect(statusLines('Ada', training(), 0.4)).toEqual(['[Auto Train] [0m] Status: IN_QUEUE (Ada)']);
    const model = { lora_url: 's3://b/actor_0019_V7.safetensors', size_bytes: 1, sha256: null };
    expect(statusLines('Ada', training({ status: 'completed', model }), 50.2)).toEqual([
      '[Auto Train] [50m] Status: COMPLETED (Ada)',
      '[Auto Train] ✓ Training completed! (Ada)',
      '[Auto Train] Model URL: s3://b/actor_0019_V7.safetensors',
    ]);
  });

  test('says why a training failed', () => {
    const failure = { class: 'data', code: 'no_captions', message: 'no captions' } as const;
    expect(statusLines('Ada', training({ status: 'failed', failure }), 3).join('\n')).toContain(
      '✗ Training failed: no captions',
    );
  });

  test.each<[TrainingView['status'], string]>([
    ['queued', 'IN_QUEUE'],
    ['submitted', 'IN_QUEUE'],
    ['running', 'IN_PROGRESS'],
    ['finalizing', 'IN_PROGRESS'],
    ['timed_out', 'TIMED_OUT'],
  ])('calls %s %s', (status, word) => {
    expect(statusWord({ status })).toBe(word);
  });

  test('ends with the sums, in the words of the seed', () => {
    expect(summaryLines({ summary }).slice(2, 7)).toEqual([
      'Training Summary',
      '='.repeat(60),
      'Total actors processed: 2',
      'Successful: 2',
      'Failed: 0',
    ]);
  });

  test('praises no models when there are none', () => {
    const lines = summaryLines({ summary: { ...summary, successful: 0, failed: 2 } });
    expect(lines).toContain('Failed: 2');
    expect(lines.join('\n')).not.toContain('✓');
  });
});
