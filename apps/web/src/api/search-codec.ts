/** Search parameters of a page as the router holds them. */
export type SearchValues = Readonly<Record<string, unknown>>;

/** Reads a query string into texts; the router's own codec would read `19` as a number and drop `?q=19`. */
export function parseSearch(query: string): Record<string, string> {
  return Object.fromEntries(new URLSearchParams(query));
}

/** Writes search parameters as a query string; empty and absent values are left out. */
export function stringifySearch(search: SearchValues): string {
  const parameters = new URLSearchParams();
  for (const [name, value] of Object.entries(search))
    if (value !== undefined && value !== null && value !== '' && value !== false)
      parameters.set(name, String(value));
  const text = parameters.toString();
  return text === '' ? '' : `?${text}`;
}

/** A text of the search; undefined while it is absent or empty. */
export function readText(value: unknown): string | undefined {
  return typeof value === 'string' && value.trim() !== '' ? value : undefined;
}

/** One of the allowed values; undefined for every other value, so that an invalid value affects only its key. */
export function readWord<Word extends string>(value: unknown, words: readonly Word[]): Word | undefined {
  return words.find((word) => word === value);
}

/** A whole number between two bounds; undefined for every other value. */
export function readInteger(value: unknown, min: number, max: number): number | undefined {
  const text = typeof value === 'number' ? String(value) : value;
  if (typeof text !== 'string' || !/^-?\d{1,9}$/.test(text)) return undefined;
  const number = Number(text);
  return number >= min && number <= max ? number : undefined;
}

/** A flag of the search: true for `true` and `1`, undefined for every other value. */
export function readFlag(value: unknown): true | undefined {
  return value === true || value === 'true' || value === '1' ? true : undefined;
}
