const FIRST_MS = 1_000;
const MAX_MS = 30_000;

/**
 * Delay before the stream is opened again: 1 s after the first failure, doubled up to 30 s, of which a random half is
 * left out, so that the pages of a restarted server do not return at once. There is no last try.
 * @param random a number from 0 up to 1
 */
export function calculateRetryMs(failures: number, random: number): number {
  const full = Math.min(MAX_MS, FIRST_MS * 2 ** Math.min(failures, 10));
  return Math.max(FIRST_MS, Math.round(full * (0.5 + random / 2)));
}
