import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { hasColours, measureWidth, pad, paint, renderStyles, truncate } from './style.ts';
import { formatTable } from './table.ts';

describe('colours', () => {
  it.each([
    [{}, true, true],
    [{}, false, false],
    [{ NO_COLOR: '1' }, true, false],
    [{ NO_COLOR: '' }, true, true],
    [{ TERM: 'dumb' }, true, false],
    [{ FORCE_COLOR: '1' }, false, true],
    [{ FORCE_COLOR: '0' }, true, false],
    [{ FORCE_COLOR: '1', NO_COLOR: '1' }, false, true],
  ] as const)('%j with a terminal %s: %s', (source, isTTY, expected) => {
    expect(hasColours(source, { isTTY })).toBe(expected);
  });

  it('are escape sequences on a terminal and absent elsewhere', () => {
    const text = paint('red', 'failed');
    expect(renderStyles(text, true)).toBe('\u001b[31mfailed\u001b[0m');
    expect(renderStyles(text, false)).toBe('failed');
    expect(measureWidth(text)).toBe(6);
  });
});

describe('a cut text', () => {
  it('has at most the given columns and ends with an ellipsis, whatever its characters', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme' }), fc.integer({ min: 1, max: 30 }), (text, columns) => {
        const cut = truncate(paint('green', text), columns);
        expect(measureWidth(cut)).toBeLessThanOrEqual(columns);
        expect(renderStyles(cut, true).endsWith('\u001b[0m')).toBe(true);
      }),
    );
  });

  it('counts wide characters twice', () => {
    expect(renderStyles(truncate('ヨーロッパ', 5), false)).toBe('ヨー…');
    expect(pad('ヨー', 6)).toBe('ヨー  ');
  });
});

describe('a table', () => {
  const columns = [
    { title: 'ID', cell: ({ id }: { id: string }) => id },
    { title: 'NAME', cell: ({ name }: { name: string }) => name, min: 6 },
    { title: 'NOTE', cell: ({ note }: { note: string }) => note, min: 6, rank: 1 },
  ];
  const row = fc.record({
    id: fc.constantFrom('a1', 'b2c3d4e5'),
    name: fc.string({ unit: 'grapheme', maxLength: 60 }),
    note: fc.string({ unit: 'grapheme', maxLength: 60 }),
  });

  it('never exceeds the width of the terminal, and keeps its first column', () => {
    fc.assert(
      fc.property(fc.array(row, { minLength: 1 }), fc.integer({ min: 16, max: 140 }), (rows, width) => {
        const [heading = '', ...lines] = formatTable(columns, rows, { width });
        expect(lines).toHaveLength(rows.length);
        for (const line of [heading, ...lines]) expect(measureWidth(line)).toBeLessThanOrEqual(width);
        for (const [at, { id }] of rows.entries()) expect(lines[at]?.startsWith(id)).toBe(true);
      }),
    );
  });

  it('prints whole cells without tabs in a pipe, and leaves out a column without values', () => {
    const rows = [{ id: 'a1', name: 'x'.repeat(300), note: '' }];
    const [heading, line] = formatTable(columns, rows);
    expect(renderStyles(heading ?? '', false)).toMatch(/^ID {2}NAME$/);
    expect(line).toBe(`a1  ${'x'.repeat(300)}`);
    expect(formatTable(columns, [{ id: 'a1', name: 'a\tb\nc', note: '-' }])[1]).toBe('a1  a b c  -');
  });
});
