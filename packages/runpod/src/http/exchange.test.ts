import { describe, expect, it } from 'vitest';
import { parseRetryAfterMs } from './exchange.ts';

const now = Date.UTC(2026, 10, 22, 12, 0, 0);

describe('the delay of a rate limit', () => {
  it.each([
    [{ 'retry-after': '7' }, 7_000],
    [{ 'retry-after': '0.5' }, 500],
    [{ 'retry-after': 'Sun, 22 Nov 2026 12:00:30 GMT' }, 30_000],
    [{ 'retry-after': 'Sun, 22 Nov 2026 11:00:00 GMT' }, 0],
    [{ 'retry-after': '999999' }, 3_600_000],
    [{ 'retry-after': 'soon' }, undefined],
    [{ ratelimit: '"default";r=0;t=5' }, 5_000],
    [{ ratelimit: 'limit=10, remaining=0, reset=6' }, 6_000],
    [{ 'ratelimit-reset': '4' }, 4_000],
    [{}, undefined],
  ])('is read from %j', (headers, expected) => {
    expect(parseRetryAfterMs(new Headers(headers as Record<string, string>), now)).toBe(expected);
  });
});
