import { readCursor, writeCursor } from './cursor.ts';
import type { Row } from './sorted-cache.ts';

/** Which page of a list is wanted; without a limit all that is left. */
export interface PageWish {
  readonly limit?: number;
  readonly cursor?: string;
}

/** A page, and how many there are on all pages where that is known without asking the record. */
export interface CataloguePage<T> {
  readonly items: readonly T[];
  readonly nextCursor?: string;
  readonly total?: number;
}

interface Entry {
  readonly id: string;
}

/** The place after the last one shown; one that left the list meanwhile leaves its place to its successor. */
const startOf = (row: Row<Entry>, order: string, cursor: string | undefined): number => {
  if (cursor === undefined) return 0;
  const { id, place } = readCursor(cursor, order);
  const now = row.placeOf(id);
  return now === undefined ? Math.min(place, row.items.length) : now + 1;
};

/** A page of a row. Throws InvalidCursorError. */
export const pageOfRow = <T extends Entry>(row: Row<T>, order: string, wish: PageWish): CataloguePage<T> => {
  const start = startOf(row, order, wish.cursor);
  const end = Math.min(row.items.length, start + (wish.limit ?? row.items.length));
  const items = row.items.slice(start, end);
  return { items, total: row.items.length, ...nextOf(row, order, end) };
};

/** How many are put to the test together. */
const TOGETHER = 128;

/**
 * A page of those that pass a test which asks more than the catalogue; only as many are tested as the page needs.
 * Throws InvalidCursorError.
 */
export const pageOfPassing = async <T extends Entry>(
  row: Row<T>,
  order: string,
  wish: PageWish & { readonly passing: (some: readonly T[]) => Promise<readonly T[]> },
): Promise<CataloguePage<T>> => {
  const limit = wish.limit ?? row.items.length;
  const found: T[] = [];
  let next = startOf(row, order, wish.cursor);
  while (found.length <= limit && next < row.items.length) {
    found.push(...(await wish.passing(row.items.slice(next, next + TOGETHER))));
    next += TOGETHER;
  }
  const items = found.slice(0, limit);
  const last = items.at(-1);
  const end = last === undefined ? row.items.length : (row.placeOf(last.id) ?? 0) + 1;
  return { items, ...(found.length > limit && nextOf(row, order, end)) };
};

const nextOf = (row: Row<Entry>, order: string, end: number): { readonly nextCursor?: string } => {
  const last = row.items[end - 1];
  if (last === undefined || end >= row.items.length) return {};
  return { nextCursor: writeCursor({ order, place: end - 1, id: last.id }) };
};
