import { InvalidCursorError } from '@trainyard/application';

/** Lists with cursors of the API itself. */
export type PagedList = 'trainings' | 'runs' | 'deliveries';

/** Builds the cursor of the next page, or null when no page follows. @param last the position that the list returned */
export function toCursorOrNull(list: PagedList, last: string | undefined): string | null {
  return last === undefined ? null : toCursor(list, last);
}

/** A cursor names its list, so that it cannot be used for a different list. It is opaque to callers. */
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

/**
 * Returns the position in a cursor. Throws InvalidCursorError when the cursor is malformed or belongs to a different list.
 */
export function parseCursor(list: PagedList, cursor: string): string {
  const content = parseJson(Buffer.from(cursor, 'base64url').toString());
  if (!Array.isArray(content) || content.length !== 2) throw new InvalidCursorError();
  const [owner, last] = content as readonly unknown[];
  if (owner !== list || typeof last !== 'string' || toCursor(list, last) !== cursor)
    throw new InvalidCursorError();
  return last;
}
