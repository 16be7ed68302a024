import { cursorOrNull, InvalidCursorError, type PagedList, readCursor } from './cursor.ts';

/** A page of a list that is whole in memory. Throws InvalidCursorError when its entry is no longer there. */
export const pageOf = <T extends { readonly id: string }>(
  list: PagedList,
  all: readonly T[],
  asked: { readonly limit?: number | undefined; readonly cursor?: string | undefined },
): { readonly items: readonly T[]; readonly nextCursor: string | null } => {
  const last = asked.cursor === undefined ? undefined : readCursor(list, asked.cursor);
  const after = last === undefined ? -1 : all.findIndex(({ id }) => id === last);
  if (last !== undefined && after === -1) throw new InvalidCursorError();
  const rest = all.slice(after + 1);
  const items = rest.slice(0, asked.limit ?? rest.length);
  const more = items.length < rest.length;
  return { items, nextCursor: cursorOrNull(list, more ? items.at(-1)?.id : undefined) };
};
