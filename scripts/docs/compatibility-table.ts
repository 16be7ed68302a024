/** A test that a row names. */
export interface NamedTest {
  readonly file: string;
  /** Part of the test's full name. */
  readonly title: string;
}

/** One row of the table of the seeds. */
export interface Row {
  readonly line: number;
  readonly label: string;
  readonly tests: readonly NamedTest[];
}

const SEPARATOR = /^\|[\s:|-]+\|$/;
const TEST_REFERENCE = /`([^`]+\.test\.ts)` «([^»]+)»/g;

/** Every row of every table on the page; the heads are left out. */
export function parseRows(page: string): readonly Row[] {
  const lines = page.split('\n');
  return lines.flatMap((line, at) => {
    const isRow = line.startsWith('|') && !SEPARATOR.test(line) && !SEPARATOR.test(lines[at + 1] ?? '');
    if (!isRow) return [];
    const tests = [...line.matchAll(TEST_REFERENCE)].map(([, file = '', title = '']) => ({ file, title }));
    return [{ line: at + 1, label: splitCells(line)[0] ?? '', tests }];
  });
}

function splitCells(line: string): readonly string[] {
  return line
    .slice(1, -1)
    .split(/(?<!\\)\|/)
    .map((cell) => cell.trim());
}
