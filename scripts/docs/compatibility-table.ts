/** A test reference of a row. */
export interface NamedTest {
  readonly file: string;
  /** Part of the test's full name. */
  readonly title: string;
}

/** A row of a table of `docs/compatibility.md`. */
export interface Row {
  readonly line: number;
  readonly label: string;
  readonly tests: readonly NamedTest[];
}

const SEPARATOR = /^\|[\s:|-]+\|$/;
const TEST_REFERENCE = /`([^`]+\.test\.ts)` «([^»]+)»/g;

/** Parses the rows of all tables of the page, without their headings. */
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
