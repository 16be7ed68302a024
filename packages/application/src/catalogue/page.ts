import { InvalidCursorError } from '../errors.ts';
import type { SortedList } from './sorted-list.ts';

/** Limit and cursor of a page; without a limit the page contains all remaining entries. */
export interface PageRequest {
  readonly limit?: number;
  readonly cursor?: string;
}

/**
 * A page of a list; `total` is the number of entries on all pages, absent if counting would need further
 * reads.
 */
export interface CataloguePage<T> {
  readonly items: readonly T[];
  readonly nextCursor?: string;
  readonly total?: number;
}

interface Entry {
  readonly id: string;
}

/**
 * The index after the last entry of the previous page. If that entry was removed meanwhile, the page starts
 * at its former index.
 */
function findStartIndex(list: SortedList<Entry>, order: string, cursor: string | undefined): number {
  if (cursor === undefined) return 0;
  const { id, index } = decodeCursor(cursor, order);
  const currentIndex = list.indexOf(id);
  return currentIndex === undefined ? Math.min(index, list.items.length) : currentIndex + 1;
}

/** Returns a page of a list. Throws InvalidCursorError. */
export function paginate<T extends Entry>(
  list: SortedList<T>,
  order: string,
  request: PageRequest,
): CataloguePage<T> {
  const start = findStartIndex(list, order, request.cursor);
  const end = Math.min(list.items.length, start + (request.limit ?? list.items.length));
  const items = list.items.slice(start, end);
  return { items, total: list.items.length, ...toNextCursor(list, order, end) };
}

/** Entries per call of the filter. */
const FILTER_BATCH_SIZE = 128;

/**
 * Returns a page of the entries that pass an asynchronous filter; evaluates only as many entries as the page
 * needs. Throws InvalidCursorError.
 */
export async function paginateFiltered<T extends Entry>(
  list: SortedList<T>,
  order: string,
  request: PageRequest & { readonly filter: (some: readonly T[]) => Promise<readonly T[]> },
): Promise<CataloguePage<T>> {
  const limit = request.limit ?? list.items.length;
  const found: T[] = [];
  let next = findStartIndex(list, order, request.cursor);
  while (found.length <= limit && next < list.items.length) {
    found.push(...(await request.filter(list.items.slice(next, next + FILTER_BATCH_SIZE))));
    next += FILTER_BATCH_SIZE;
  }
  const items = found.slice(0, limit);
  const last = items.at(-1);
  const end = last === undefined ? list.items.length : (list.indexOf(last.id) ?? 0) + 1;
  return { items, ...(found.length > limit && toNextCursor(list, order, end)) };
}

function toNextCursor(list: SortedList<Entry>, order: string, end: number): { readonly nextCursor?: string } {
  const last = list.items[end - 1];
  if (last === undefined || end >= list.items.length) return {};
  return { nextCursor: encodeCursor({ order, index: end - 1, id: last.id }) };
}

/** The end of a page: sort order of the list, and index and id of the last entry. */
export interface Cursor {
  readonly order: string;
  readonly index: number;
  readonly id: string;
}

/** Encodes a cursor as an opaque string for callers. */
export function encodeCursor({ order, index, id }: Cursor): string {
  return Buffer.from(JSON.stringify([order, index, id])).toString('base64url');
}

function decodeJson(text: string): unknown {
  try {
    return JSON.parse(Buffer.from(text, 'base64url').toString());
  } catch {
    return undefined;
  }
}

/** Decodes a cursor. Throws InvalidCursorError unless it was created for a list in this order. */
export function decodeCursor(text: string, wantedOrder: string): Cursor {
  const fields = decodeJson(text);
  const [order, index, id]: readonly unknown[] = Array.isArray(fields) && fields.length === 3 ? fields : [];
  const isValid = order === wantedOrder && typeof index === 'number' && typeof id === 'string';
  if (!isValid || !Number.isSafeInteger(index) || index < 0) throw new InvalidCursorError();
  return { order: wantedOrder, index, id };
}
