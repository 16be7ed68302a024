import { InvalidCursorError } from '../errors.ts';

/** Where a page of a list ended: how the list was ordered, the place of the last one shown, and its id. */
export interface Cursor {
  readonly order: string;
  readonly index: number;
  readonly id: string;
}

/** A cursor as a caller carries it. */
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

/** Reads a cursor of a list in this order. Throws InvalidCursorError for anything that this list did not give out. */
export function decodeCursor(text: string, wantedOrder: string): Cursor {
  const fields = decodeJson(text);
  const [order, index, id]: readonly unknown[] = Array.isArray(fields) && fields.length === 3 ? fields : [];
  const isValid = order === wantedOrder && typeof index === 'number' && typeof id === 'string';
  if (!isValid || !Number.isSafeInteger(index) || index < 0) throw new InvalidCursorError();
  return { order: wantedOrder, index, id };
}
