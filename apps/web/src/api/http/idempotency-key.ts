/** Creates a key for one opening of a form; also on pages without TLS, where browsers offer no UUIDs. */
export function createIdempotencyKey(): string {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  return [...bytes].map((byte) => byte.toString(16).padStart(2, '0')).join('');
}
