/** An exponential backoff: `firstMs`, then `factor` times the delay before, at most `maxMs`. */
export interface Backoff {
  /** Delay before the first retry, in ms. */
  readonly firstMs: number;
  /** Upper bound of every delay, in ms. */
  readonly maxMs: number;
  /** Growth of the delay from retry to retry; 2 by default. */
  readonly factor?: number;
}

/**
 * Delay before a retry, in ms. Pure: the random number is an argument.
 * @param retries number of retries made before this one, from 0
 * @param jitter a random number from 0 to 1, which selects a delay between half of the delay and all of it, so that
 * processes that failed together do not retry together; without it the delay is exact
 */
export function calculateBackoffMs(
  { firstMs, maxMs, factor = 2 }: Backoff,
  retries: number,
  jitter?: number,
): number {
  const delayMs = Math.min(maxMs, firstMs * factor ** retries);
  return jitter === undefined ? delayMs : delayMs / 2 + jitter * (delayMs / 2);
}
