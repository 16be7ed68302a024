import type { ImportProgress, ImportStep } from '@trainyard/application';
import type { Output } from '../terminal/output.ts';
import { createLiveLines } from './follow-training.ts';

const STEPS: { readonly [S in ImportStep]: string } = {
  lists: 'lists of actors and styles',
  manifests: 'manifests',
  styles: 'folders of styles',
  images: 'images of actors',
  flags: 'flags',
  counts: 'image counts of actors',
};

/** Steps of fewer items report only their end in a pipe. */
const MIN_ITEMS_FOR_TENTHS = 500;
const BAR_WIDTH = 24;

/** Shows the progress of an import: a bar on a terminal, and in a pipe a line for each step and each tenth of a long step. */
export function createImportProgress(output: Output, stream?: NodeJS.WriteStream) {
  const live = createLiveLines(output, stream);
  let lastLine = '';
  return {
    report: (progress: ImportProgress): void => {
      if (output.isTerminal) live.redraw([formatBar(progress)]);
      const line = output.isTerminal ? undefined : formatPlainLine(progress);
      if (line === undefined || line === lastLine) return;
      lastLine = line;
      output.writeLine(line);
    },
    /** Removes the bar. */
    end: (): void => live.end(),
  };
}

function formatBar({ step, done, total }: ImportProgress): string {
  if (total === 0) return `${STEPS[step]} …`;
  const filled = Math.round((BAR_WIDTH * done) / total);
  return `${STEPS[step]} ${'█'.repeat(filled)}${'░'.repeat(BAR_WIDTH - filled)} ${done} of ${total}`;
}

/** The line of the progress in a pipe; undefined between two tenths. */
function formatPlainLine({ step, done, total }: ImportProgress): string | undefined {
  const isEnd = done === total;
  if (total === 0 || done === 0) return undefined;
  const isTenth =
    total >= MIN_ITEMS_FOR_TENTHS && Math.floor((10 * done) / total) > Math.floor((10 * (done - 1)) / total);
  return isEnd || isTenth ? `${STEPS[step]}: ${done} of ${total}` : undefined;
}
