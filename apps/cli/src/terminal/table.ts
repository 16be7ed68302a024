import { measureWidth, pad, paint, truncate } from './style.ts';

/** Column of a table. */
export interface Column<Row> {
  readonly title: string;
  readonly cell: (row: Row) => string;
  readonly align?: 'left' | 'right';
  /** The column may be cut to this width when the table is too wide. */
  readonly min?: number;
  /** Columns with a rank are left out when cutting does not suffice, the highest rank first. */
  readonly rank?: number;
}

/** Options of a table. */
export interface TableOptions {
  /** Columns of the terminal; undefined prints every cell in full. */
  readonly width?: number | undefined;
}

const GAP = '  ';

/** Formats rows as aligned lines under a heading. Columns without any value are left out, and lines never exceed the width. */
export function formatTable<Row>(
  columns: readonly Column<Row>[],
  rows: readonly Row[],
  { width }: TableOptions = {},
): readonly string[] {
  const filled = columns.map((column) => ({ column, cells: rows.map((row) => toCell(column.cell(row))) }));
  const used = filled.filter(({ cells }) => rows.length === 0 || cells.some((cell) => cell !== ''));
  const { shown, widths } = fitColumns(used, width);
  const toLine = (cells: readonly string[]): string =>
    cells
      .map((cell, at) => pad(truncate(cell, widths[at] ?? 0), widths[at] ?? 0, shown[at]?.column.align))
      .join(GAP)
      .trimEnd();
  const heading = toLine(shown.map(({ column }) => column.title));
  return [
    paint('bold', heading),
    ...rows.map((_, row) => toLine(shown.map(({ cells }) => cells[row] || '–'))),
  ];
}

/** A cell is a single line. */
function toCell(text: string): string {
  return text.replace(/\s*[\r\n\t]+\s*/g, ' ').trim();
}

interface Filled<Row> {
  readonly column: Column<Row>;
  readonly cells: readonly string[];
}

function fitColumns<Row>(
  filled: readonly Filled<Row>[],
  width: number | undefined,
): { readonly shown: readonly Filled<Row>[]; readonly widths: readonly number[] } {
  const natural = filled.map(({ column, cells }) =>
    Math.max(measureWidth(column.title), ...cells.map((cell) => measureWidth(cell || '–'))),
  );
  if (width === undefined) return { shown: filled, widths: natural };
  const widths = cutWidths(filled, natural, width);
  if (sumWidths(widths) <= width || filled.length === 1) return { shown: filled, widths };
  const highest = Math.max(...filled.map(({ column }) => column.rank ?? 0));
  const dropped =
    highest === 0 ? filled.length - 1 : filled.findIndex(({ column }) => column.rank === highest);
  return fitColumns(filled.toSpliced(dropped, 1), width);
}

function sumWidths(widths: readonly number[]): number {
  return widths.reduce((sum, each) => sum + each, 0) + GAP.length * Math.max(0, widths.length - 1);
}

/** Cuts the widest column that may be cut, until the table fits or every such column has its smallest width. */
function cutWidths<Row>(
  filled: readonly Filled<Row>[],
  natural: readonly number[],
  width: number,
): readonly number[] {
  const widths = [...natural];
  const getSlack = (at: number): number =>
    (widths[at] ?? 0) - (filled[at]?.column.min ?? Number.POSITIVE_INFINITY);
  while (sumWidths(widths) > width) {
    const cuttable = widths.map((_, at) => at).filter((at) => getSlack(at) > 0);
    const widest = cuttable.toSorted((a, b) => (widths[b] ?? 0) - (widths[a] ?? 0))[0];
    if (widest === undefined) return widths;
    widths[widest] = (widths[widest] ?? 0) - 1;
  }
  return widths;
}
