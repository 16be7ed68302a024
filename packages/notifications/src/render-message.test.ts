import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { formatMessage } from './message-text.ts';
import { renderMessage } from './render-message.ts';

const SLACK = {
  maxLength: 2_000,
  emphasis: '*',
  escapeCharacter: (each: string) => (each === '&' ? '&amp;' : each),
};

function createBatch(count: number, failing: number) {
  const trainings = Array.from({ length: count }, (_, n) => ({
    kind: 'actor',
    subject_id: `${5_000 + n}`,
    version_name: 'V1',
    status: n >= count - failing ? 'failed' : 'completed',
    failure:
      n >= count - failing
        ? { message: `RuntimeError: mat1 & mat2\nTraceback: ${'File x '.repeat(300)}` }
        : null,
  }));
  const batch = {
    id: 'batch-1',
    processed: count,
    successful: count - failing,
    failed: failing,
    cost_usd: 3,
    trainings,
  };
  return formatMessage({ type: 'batch.finished', data: { batch } });
}

describe('a message for a channel', () => {
  it.each([
    [60, 0],
    [12, 1],
    [12, 12],
    [1_000, 500],
  ])(
    'names failures first in the digest of %i trainings, and counts what it leaves out of 2 000 characters (case 25)',
    (count, failing) => {
      const text = renderMessage(createBatch(count, failing), SLACK);
      const lines = text.split('\n');
      expect(text.length).toBeLessThanOrEqual(2_000);
      expect(lines[0]).toMatch(/^\*Batch finished: .*\*$/);
      expect(lines.slice(-2)).toEqual(['Cost: $3.00', 'Batch: batch-1']);
      if (failing > 0) expect(lines[1]).toMatch(/failed \(RuntimeError: mat1 &amp; mat2/);
      const shown = lines.filter((line) => line.startsWith('actor ')).length;
      const left = Number(/… and (\d+) more/.exec(text)?.[1] ?? 0);
      expect(shown + left).toBe(count);
      expect(text).not.toContain('Traceback');
    },
  );

  it('never exceeds its bound and never splits a character', () => {
    const text = fc.oneof(
      fc.string({ unit: 'binary', maxLength: 400 }),
      fc.constant('\ud800'.repeat(50)),
      fc.constant('&'.repeat(3_000)),
      fc.constant('😀'.repeat(900)),
    );
    const message = fc.record({
      headline: text,
      lines: fc.array(text, { maxLength: 60 }),
      footer: fc.array(text, { maxLength: 2 }),
    });
    fc.assert(
      fc.property(message, (each) => {
        const rendered = renderMessage(each, SLACK);
        expect(rendered.length).toBeLessThanOrEqual(2_000);
        expect(rendered.isWellFormed()).toBe(true);
      }),
    );
  });
});
