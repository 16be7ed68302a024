const LONGEST_MS = 3_600_000;

/**
 * How long a 429 or 503 asks to wait, in ms, at most an hour: `Retry-After` in seconds or as a date, else the reset
 * of a `RateLimit` header in either of its forms (reference §1.4). Undefined when it does not say.
 */
export function parseRetryAfterMs(headers: Headers, nowMs: number): number | undefined {
  const header = headers.get('retry-after');
  const waitMs = header === null ? parseRateLimitResetMs(headers) : parseDelayMs(header.trim(), nowMs);
  return waitMs === undefined ? undefined : Math.min(Math.max(waitMs, 0), LONGEST_MS);
}

function parseDelayMs(header: string, nowMs: number): number | undefined {
  if (/^\d+(\.\d+)?$/.test(header)) return Math.ceil(Number(header) * 1_000);
  const at = Date.parse(header);
  return Number.isNaN(at) ? undefined : at - nowMs;
}

function parseRateLimitResetMs(headers: Headers): number | undefined {
  const reset =
    headers.get('ratelimit-reset') ?? /\b(?:t|reset)=(\d+)/.exec(headers.get('ratelimit') ?? '')?.[1];
  return reset && /^\d+$/.test(reset) ? Number(reset) * 1_000 : undefined;
}
