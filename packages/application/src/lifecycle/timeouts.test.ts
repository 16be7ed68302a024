import type { Training } from '@trainyard/domain';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { getNextPollMs, isDue, MAX_WAIT_MS } from './timeouts.ts';

const POLL_MS = 30_000;
const RETENTION_MS = 30 * 60_000;
function trainingIn(status: string, more: object = {}): Training {
  return {
    status,
    attempt: { startedAt: 0, acceptedAt: 0 },
    recorded: false,
    ...more,
  } as unknown as Training;
}
function listPollTimes(status: string, untilMs: number): number[] {
  const at = [0];
  for (let now = 0; now < untilMs; ) {
    now += getNextPollMs(trainingIn(status), now, POLL_MS)!;
    at.push(now);
  }
  return at;
}

describe('the delay of the next poll', () => {
  it('grows from 5 s after submission to 2 min in a long RunPod queue', () => {
    const at = listPollTimes('submitted', 3_600_000);
    expect(at.slice(1, 4)).toEqual([5_000, 10_000, 15_000]);
    const gaps = at.slice(1).map((each, index) => each - at[index]!);
    expect(gaps).toEqual(gaps.toSorted((a, b) => a - b));
    expect(gaps.at(-1)).toBe(120_000);
  });

  it('is the poll interval of 30 s for a running training', () => {
    expect(getNextPollMs(trainingIn('running'), 1_000_000, POLL_MS)).toBe(30_000);
  });

  it.each(['submitting', 'unconfirmed', 'submitted', 'running', 'cancelling', 'finalizing', 'failed'])(
    'is between 5 s and a tenth of RunPod’s retention for status %s and any clock',
    (status) => {
      fc.assert(
        fc.property(fc.integer({ min: -1e13, max: 1e13 }), (now) => {
          const wait = getNextPollMs(trainingIn(status), now, POLL_MS)!;
          expect(wait).toBeGreaterThanOrEqual(5_000);
          expect(wait).toBeLessThanOrEqual(RETENTION_MS / 10);
        }),
      );
    },
  );

  it('keeps 1 000 live runs below 2 000 status calls per 10 s, RunPod’s limit', () => {
    const perTenSeconds =
      1_000 *
      (10_000 /
        Math.min(
          ...[trainingIn('submitted'), trainingIn('running')].map((each) => getNextPollMs(each, 0, POLL_MS)!),
        ));
    expect(perTenSeconds).toBeLessThanOrEqual(2_000);
  });
});

describe('a queued training', () => {
  it('is due at its due time, or when its due time is more than 1 h ahead', () => {
    const now = 1_000_000;
    expect(
      [undefined, now, now + 1, now + MAX_WAIT_MS, now + MAX_WAIT_MS + 1].map((notBefore) =>
        isDue({ notBefore } as Parameters<typeof isDue>[0], now),
      ),
    ).toEqual([true, true, false, false, true]);
  });
});
