import { z } from 'zod';

/** A path that is resolved against this origin and leaves it leads to a different site. */
const BASE = 'http://next.invalid';
const MAX_LENGTH = 2_048;
/** One slash at the start, neither a second one nor a backslash, and no control characters. */
const PATH = /^\/(?![/\\])[^\\\p{Cc}]*$/u;

/**
 * Path with query to open after the login. Everything but a path that begins with a single `/` becomes `/`, so that no
 * link leads to a different site.
 */
export const nextPathSchema = z
  .string()
  .catch('/')
  .transform((value) => (isOwnPath(value) && isOwnPath(decodeFully(value)) ? toHref(value) : '/'));

/** Checks a path as it is written and with its dot segments resolved: `/.//host` has the path `//host`. */
function isOwnPath(value: string): boolean {
  const url = value.length <= MAX_LENGTH ? URL.parse(value, BASE) : null;
  return url?.origin === BASE && PATH.test(value) && PATH.test(url.pathname);
}

/** Decodes ASCII characters until none is encoded, because a proxy or a page may decode the path once more. */
function decodeFully(value: string): string {
  const decoded = value.replace(/%[0-7][0-9a-f]/gi, decodeURIComponent);
  return decoded === value ? value : decodeFully(decoded);
}

function toHref(value: string): string {
  return new URL(value, BASE).href.slice(BASE.length);
}
