import { readText } from '../../api/search-codec.ts';

/** The address that the login leads to. */
export interface LoginSearch {
  readonly next?: string | undefined;
}

/** Reads the search of the page; an address of another origin is left out. */
export function readLoginSearch(search: Record<string, unknown>): LoginSearch {
  const next = readText(search['next']);
  return next?.startsWith('/') && !/^\/[/\\]/.test(next) ? { next } : {};
}
