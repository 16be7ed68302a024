import type { TrainingView } from '@trainyard/contracts';
import { describe, expect, test } from 'vitest';
import { buildTrainingView } from '../../test/views.ts';
import { measureWidth, renderStyles } from '../terminal/style.ts';
import { alignColumns, followLine, listLines, progressBar, trainingLines } from './training-lines.ts';

const half = {
  step: 1_000,
  total_steps: 2_000,
  loss: 0.1234567,
  rate: null,
  remaining: null,
  remaining_withheld: null,
  reported_at: null,
};

describe('lines about trainings', () => {
  test('columns are aligned without trailing blanks', () => {
    expect(
      alignColumns([
        ['a', 'bb'],
        ['ccc', 'd'],
      ]),
    ).toEqual(['a    bb', 'ccc  d']);
  });

  test('a list marks trainings that need attention', () => {
    const marked = buildTrainingView({
      status: 'running',
      needs_attention: { reason: 'lost', since: '2026-11-22T10:00:00Z' },
    });
    const [head = '', line] = listLines([marked]);
    expect(renderStyles(head, false)).toMatch(/REASON$/);
    expect(renderStyles(line ?? '', false)).toMatch(/running \(!\).* lost$/);
    const waiting = buildTrainingView({ status: 'queued', reason: 'provider_busy' });
    expect(listLines([waiting])[1]).toMatch(/ in the queue$/);
  });

  test('a list and the details of a training name its position once', () => {
    const queued = (waiting: NonNullable<TrainingView['waiting']>) =>
      buildTrainingView({ status: 'queued', waiting });
    const slot = queued({ code: 'slot', position: 3, until: null, text: '3rd in the queue' });
    expect(listLines([slot])[1]).toMatch(/ {2}3rd in the queue$/);
    expect(
      trainingLines(slot)
        .join('\n')
        .match(/3rd in the queue/g),
    ).toHaveLength(1);
    const paused = queued({ code: 'paused', position: 1, until: null, text: 'paused: lunch' });
    expect(listLines([paused])[1]).toMatch(/ {2}next in the queue, paused: lunch$/);
    expect(trainingLines(paused).join('\n')).toMatch(/^Reason +paused: lunch\nPosition +next in the queue$/m);
    const delayed = queued({ code: 'retry', position: null, until: null, text: 'worker lost' });
    expect(listLines([delayed])[1]).toMatch(/ {2}worker lost$/);
    expect(trainingLines(delayed).join('\n')).not.toContain('Position');
  });

  test('a list names the class and message of a failure, the name of the subject and the short id', () => {
    const failed = buildTrainingView({
      id: '0199b3c0-7abc-7def-8123-00001234abcd',
      status: 'failed',
      version_name: 'V7',
      failure: { class: 'data', code: 'bad_image', message: 'cannot identify image file image_3.png' },
    });
    const names = { format: () => '0019 european 20 female' };
    const [, line = ''] = listLines([failed], { names });
    expect(renderStyles(line, false)).toMatch(
      /^1234abcd {2}failed {2}0019 european 20 female {2}V7 .* data: cannot identify image file image_3\.png$/,
    );
  });

  test.each([40, 60, 80, 120])('a list fits a terminal of %i columns', (width) => {
    const training = buildTrainingView({
      id: '0199b3c0-7abc-7def-8123-00001234abcd',
      status: 'timed_out',
      version_name: 'V7',
      progress: half,
      failure: { class: 'timeout', code: 'x', message: 'exceeded its time. '.repeat(20) },
    });
    const names = { format: () => '0019 ヨーロッパの女優 with a long name' };
    for (const line of listLines([training], { names, width }))
      expect(measureWidth(line)).toBeLessThanOrEqual(width);
  });

  test('the details of a training contain only known fields', () => {
    const text = trainingLines(buildTrainingView({ progress: half, cost_usd: 2.345 })).join('\n');
    expect(text).toMatch(/Progress +50 %/);
    expect(text).toMatch(/Cost +\$2\.3/);
    expect(text).not.toMatch(/null|undefined|Failure/);
  });

  test('a cancelling run names its cost and no expected end, and a queued training its version', () => {
    const estimated_end = '2026-11-22T11:00:00Z';
    const text = (status: TrainingView['status']) =>
      trainingLines(buildTrainingView({ status, estimated_end })).join('\n');
    expect(text('cancelling')).toMatch(/^Cancelling +the run costs until RunPod confirms its end$/m);
    expect(text('cancelling')).not.toContain('Expected to end');
    expect(text('running')).toContain('Expected to end');
    expect(text('running')).not.toMatch(/Cancelling|Version/);
    expect(text('queued')).toMatch(/^Version +assigned at dispatch$/m);
  });

  test('a progress bar has a fixed width', () => {
    const lengths = [-1, 0, 0.5, 1, 1.2].map((share) => progressBar(Math.min(1, Math.max(0, share))).length);
    expect(new Set(lengths).size).toBe(1);
  });

  test('a followed training shows its progress', () => {
    expect(followLine('Ada', buildTrainingView({ status: 'running', progress: half }))).toMatch(
      /50 % .*Ada.*0\.1235/,
    );
    const left = (range_seconds: [number, number]) =>
      followLine(
        'Ada',
        buildTrainingView({ progress: { ...half, remaining: { seconds: range_seconds[0], range_seconds } } }),
      );
    expect(left([1_080, 1_320])).toMatch(/18 to 22 min left$/);
    expect(left([115, 125])).toMatch(/about 2 min left$/);
    expect(left([0, 20])).toMatch(/any moment$/);
  });
});
