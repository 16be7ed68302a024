import type { WordGroup } from './language.ts';
import type { Measurement } from './measure.ts';
import { WORD_LIMITS } from './rules.ts';

type Row = readonly [measure: string, value: string | number, limit?: string | number];

/** Formats a measurement as a Markdown table. */
export function formatTable(measurement: Measurement): string {
  const rows = [
    ...formatWords('comments', measurement.comments),
    ...formatWords('documents', measurement.documents),
    ...formatCounts(measurement),
  ];
  const lines = rows.map(([name, value, limit = '']) => `| ${name} | ${value} | ${limit} |`);
  return ['| measure | value | limit |', '|---|---|---|', ...lines].join('\n');
}

function formatCounts(measurement: Measurement): readonly Row[] {
  const { sourceFiles, sourceLines, filesPerFolder, functionsNamedOf } = measurement;
  const small = [...filesPerFolder].filter(([folder, count]) => count < 3 && !folder.endsWith('/src'));
  return [
    ['functions named somethingOf', functionsNamedOf.length, 10],
    ['citations of absent documents', measurement.citations.length, 0],
    ['circles of folders', measurement.circles.length, 0],
    ['folders in a circle', measurement.circles.reduce((sum, { folders }) => sum + folders.length, 0), 0],
    ['folders of fewer than three source files', `${small.length} of ${filesPerFolder.size}`, 8],
    ['source files', sourceFiles],
    ['files per 1 000 lines', ((1_000 * sourceFiles) / sourceLines).toFixed(1)],
    ['median lines of a file', measurement.medianFileLines, '60–120'],
    ['files over 250 lines', measurement.longFiles.length, 0],
    ['median lines of a function', measurement.medianFunctionLines],
    ['functions over 40 lines', measurement.longFunctions.length, 0],
    ['exported names without docstring', measurement.undocumentedExports.length, 0],
    ['words in docstrings of exported names', measurement.docstringWords],
    ['refused words', measurement.refusedWords.length, 0],
  ];
}

function formatWords(place: string, { words, perThousand }: Measurement['comments']): readonly Row[] {
  const groups = (Object.entries(perThousand) as [WordGroup, number][]).map(
    ([group, share]): Row => [`${group} per 1 000 words of ${place}`, share.toFixed(1), WORD_LIMITS[group]],
  );
  return [[`words of ${place}`, words], ...groups];
}
