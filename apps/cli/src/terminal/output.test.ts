import { expect, it } from 'vitest';
import { buildTrainingView } from '../../test/views.ts';
import { listLines, trainingLines } from '../report/training-lines.ts';
import { createOutput } from './output.ts';

const COLOURED = '\u001b[31mfailed\u001b[0m\r\u001b[2K\u001b[1A \u001b]0;owned\u0007 at \u009b1Aimage_3.png';

function record(json: boolean) {
  const written: string[] = [];
  const stream = { write: (text: string) => written.push(text) };
  return { written, output: createOutput({ json, out: stream, err: stream }) };
}

it('lines and errors reach the terminal without escape sequences and control characters', () => {
  const { written, output } = record(false);
  output.writeLine(COLOURED);
  output.writeResult({}, [COLOURED, 'second']);
  output.writeError(COLOURED);
  for (const text of written) expect(text).not.toMatch(/[^\P{Cc}\t\n]/u);
  expect(written[0]).toBe('failed\n  at image_3.png\n');
});

it('a JSON result holds every character of a text and writes control characters as escapes', () => {
  const { written, output } = record(true);
  output.writeResult({ message: `${COLOURED}\u007f` }, []);
  expect(written.join('')).not.toMatch(/[^\P{Cc}\n]/u);
  expect(JSON.parse(written.join(''))).toEqual({ message: `${COLOURED}\u007f` });
});

it('an error with colours and cursor moves cannot change the terminal that shows its training (case 35)', () => {
  const { written, output } = record(false);
  const failed = buildTrainingView({
    status: 'failed',
    failure: { class: 'data', code: 'x', message: COLOURED },
    needs_attention: null,
  });
  output.writeResult(failed, [
    ...trainingLines(failed),
    ...listLines([failed], { width: 60 }),
    ...listLines([failed]),
  ]);
  output.writeError(COLOURED);
  for (const text of written) expect(text).not.toMatch(/[^\P{Cc}\t\n]/u);
  expect(written.join('')).toContain('image_3.png');
});

it('a terminal that reports 0 columns has the default width', () => {
  const stream = { write: () => true, isTTY: true, columns: 0 };
  expect(createOutput({ json: false, out: stream, err: stream }).width).toBe(80);
});
