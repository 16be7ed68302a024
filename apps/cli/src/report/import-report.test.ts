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

const importOne = (result: Partial<ImportResult>, width?: number): readonly string[] =>
  importLines(
    {
      results: [{ outcome: 'refused', item: 'actor 0001', source: 'data/actors.json', ...result }],
      refreshed: [],
      hiddenFiles: 0,
      otherBuckets: [],
    },
    { address: 'file:///store', dryRun: false, width },
  );

test('the report of an import counts the files of many actors', () => {
  const results = Array.from(
    { length: 12 },
    (_, at): ImportResult => ({
      outcome: 'added',
      item: `images of actor ${at + 1}`,
      source: 'data',
      detail: '16 of 16 files',
    }),
  );
  expect(listLines(results)).toContain(
    'new     192 files of 12 actors: 1, 2, 3, 4, 5 and 7 more (--json lists all)',
  );
});

test('the report of an import names a faulty field, its value and the document once', () => {
  const detail = 'data/actors.json: actor 1 (0001).training_data.count: "fifteen" is not a number';
  expect(importOne({ detail })[0]).toBe(
    'refused actor 0001: training_data.count "fifteen" is not a number (data/actors.json)',
  );
  const path = 'C:\\photos\\0001';
  const [line = ''] = importOne({ source: path, detail: `local_path ${path} is a Windows path` });
  expect(line.split(path)).toHaveLength(2);
});

test('the report of an import breaks long lines on a terminal', () => {
  const lines = importOne({ detail: 'the folder does not exist, and '.repeat(6) }, 80);
  expect(Math.max(...lines.map((line) => line.length))).toBeLessThanOrEqual(80);
  expect(lines[1]).toMatch(/^ {8}\S/);
});
