import { stripVTControlCharacters } from 'node:util';
import { expect, it } from 'vitest';
import { createOutput } from '../terminal/output.ts';
import { createImportProgress } from './import-progress.ts';

function record(isTTY: boolean) {
  const written: string[] = [];
  const write = (text: string) => written.push(text);
  const stream = { write, isTTY, columns: 80, rows: 24 } as unknown as NodeJS.WriteStream;
  const progress = createImportProgress(createOutput({ json: false, out: stream, err: stream }), stream);
  return { progress, text: () => stripVTControlCharacters(written.join('')) };
}

it('the progress in a pipe is a line for each step and each tenth of a step of 500 items or more', () => {
  const { progress, text } = record(false);
  progress.report({ step: 'lists', done: 0, total: 0 });
  for (const done of [0, 1, 2, 3]) progress.report({ step: 'manifests', done, total: 3 });
  for (let done = 0; done <= 500; done += 1) progress.report({ step: 'images', done, total: 500 });
  progress.end();
  expect(text()).toBe(
    `manifests: 3 of 3\n${Array.from({ length: 10 }, (_, n) => `images of actors: ${50 * (n + 1)} of 500\n`).join('')}`,
  );
});

it('the progress on a terminal is a bar', () => {
  const { progress, text } = record(true);
  progress.report({ step: 'images', done: 50, total: 100 });
  expect(text()).toContain(`images of actors ${'█'.repeat(12)}${'░'.repeat(12)} 50 of 100`);
  progress.end();
});
