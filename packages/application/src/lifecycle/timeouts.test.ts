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

describe('how often a run is looked at', () => {
  it('is soon after its submission, then more and more slowly in a long queue', () => {
    const at = listPollTimes('submitted', 3_600_000);
    expect(at.slice(1, 4)).toEqual([5_000, 10_000, 15_000]);
    const gaps = at.slice(1).map((each, index) => each - at[index]!);
    expect(gaps).toEqual(gaps.toSorted((a, b) => a - b));
    expect(gaps.at(-1)).toBe(120_000);
  });

  it('is every 30 s while it runs', () => {
    expect(getNextPollMs(trainingIn('running'), 1_000_000, POLL_MS)).toBe(30_000);
  });

  it.each(['submitting', 'unconfirmed', 'submitted', 'running', 'cancelling', 'finalizing', 'failed'])(
    'while %s stays far under the time for which an end is remembered, whatever the clock says',
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

  it('keeps a thousand live runs within the provider’s limit on status calls', () => {
    const perTenSeconds =
      1_000 *
      (10_000 /
        Math.min(
          ...[trainingIn('submitted'), trainingIn('running')].map((each) => getNextPollMs(each, 0, POLL_MS)!),
        ));
    expect(perTenSeconds).toBeLessThanOrEqual(2_000);
  });
});

describe('a training that waits', () => {
  it('is due when its moment has come, or when its moment can only be a wrong clock’s', () => {
    const now = 1_000_000;
    expect(
      [undefined, now, now + 1, now + MAX_WAIT_MS, now + MAX_WAIT_MS + 1].map((notBefore) =>
        isDue({ notBefore } as Parameters<typeof isDue>[0], now),
      ),
    ).toEqual([true, true, false, false, true]);
  });
});
