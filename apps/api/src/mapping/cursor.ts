import { InvalidCursorError } from '@trainyard/application';

/** The lists that are given out in pages. */
export type PagedList = 'trainings' | 'runs' | 'deliveries';

/** Likewise; null when no page follows. */
export function toCursorOrNull(list: PagedList, last: string | undefined): string | null {
  return last === undefined ? null : toCursor(list, last);
}

/** Where a page ended, for the caller opaque. @param last what the list itself calls its last entry */
function toCursor(list: PagedList, last: string): string {
  return Buffer.from(JSON.stringify([list, last])).toString('base64url');
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** What {@link toCursor} was given. Throws InvalidCursorError for anything else, another list's cursor too. */
export function parseCursor(list: PagedList, cursor: string): string {
  const content = parseJson(Buffer.from(cursor, 'base64url').toString());
  if (!Array.isArray(content) || content.length !== 2) throw new InvalidCursorError();
  const [of, last] = content as readonly unknown[];
  if (of !== list || typeof last !== 'string' || toCursor(list, last) !== cursor)
    throw new InvalidCursorError();
  return last;
}
