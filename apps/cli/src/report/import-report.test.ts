import type { ImportReport, ImportResult } from '@trainyard/application';
import { expect, test } from 'vitest';
import { importLines } from './import-report.ts';

function listLines(results: readonly ImportResult[]): readonly string[] {
  const report: ImportReport = { results, refreshed: [], hiddenFiles: 0, otherBuckets: [] };
  return importLines(report, { address: 'file:///store', dryRun: false });
}

const createResults = (count: number, detail?: string): readonly ImportResult[] =>
  Array.from({ length: count }, (_, index) => ({
    outcome: detail === undefined ? 'added' : 'skipped',
    item: `images of actor ${index + 1}`,
    source: 'data/actors.json',
    ...(detail !== undefined && { detail }),
  }));

test('the report of an import has a line for each of a few results', () => {
  expect(listLines(createResults(5)).filter((line) => line.startsWith('new'))).toHaveLength(5);
});

test('the report of an import has one line for many results of the same kind and reason', () => {
  const lines = listLines([...createResults(40), ...createResults(7, 'the folder does not exist')]);
  expect(lines).toContain('new     40 × images of actor: 1, 2, 3, 4, 5 and 35 more (--json lists all)');
  expect(lines).toContain(
    'skipped 7 × images of actor: the folder does not exist: 1, 2, 3, 4, 5 and 2 more (--json lists all)',
  );
  expect(lines.at(-1)).toMatch(/^40 new, .*7 skipped/);
});
