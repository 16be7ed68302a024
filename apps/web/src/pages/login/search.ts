/** The address that the login leads to. */
export interface LoginSearch {
  readonly next?: string | undefined;
}

/** An address that is resolved against this origin and leaves it belongs to a different site. */
const BASE = 'http://next.invalid';

/** Reads the search of the page; an address of a different origin is left out. */
export function readLoginSearch(search: Record<string, unknown>): LoginSearch {
  const { next } = search;
  if (typeof next !== 'string' || !next.startsWith('/')) return {};
  const url = URL.parse(next, BASE);
  if (url?.origin !== BASE || url.pathname.startsWith('//')) return {};
  return { next: url.href.slice(BASE.length) };
}
