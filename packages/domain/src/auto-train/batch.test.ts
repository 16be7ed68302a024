import { describe, expect, it } from 'vitest';
import type { Training } from '../training/state/training.ts';
import { findOrderFaults, hasEnded, summarizeBatch } from './batch.ts';

function bill(usd: number, basis = 'execution_time') {
  return { attempt: 1, at: 1, usd, basis };
}
function ended(status: string, endedAt: number, executionMs?: number, runCosts = [bill(0.5)]) {
  return {
    status,
    endedAt,
    runCosts,
    ...(executionMs !== undefined && { executionMs }),
  } as unknown as Training;
}
const queued = { status: 'queued' } as Training;

describe('a batch', () => {
  it('is summarized by its terminal trainings, and a timed-out training counts as failed', () => {
    const trainings = [
      ended('completed', 60_000, 40_000, [bill(0.25, 'assumed'), bill(0.5)]),
      ended('timed_out', 90_000, 20_000),
      ended('cancelled', 70_000),
      queued,
    ];
    expect(summarizeBatch({ createdAt: 10_000 }, trainings)).toEqual({
      processed: 3,
      successful: 1,
      failed: 1,
      cancelled: 1,
      costUsd: 1.5,
      assumedUsd: 0.25,
      unknownRuns: 1,
      executionSeconds: 60,
      durationSeconds: 80,
    });
  });

  it('has no cost without a price, and no duration before the first end of a training', () => {
    const summary = summarizeBatch({ createdAt: 10_000 }, [queued]);
    expect(summary).toMatchObject({ processed: 0, durationSeconds: 0 });
    expect(summary).not.toHaveProperty('costUsd');
  });

  it('has ended when all its trainings are accepted and terminal', () => {
    expect(hasEnded({ status: 'enqueuing' }, [])).toBe(false);
    expect(hasEnded({ status: 'open' }, [ended('failed', 1), queued])).toBe(false);
    expect(hasEnded({ status: 'open' }, [ended('failed', 1)])).toBe(true);
    expect(hasEnded({ status: 'open' }, [])).toBe(true);
  });
});

describe('a manual order', () => {
  it.each([
    { limit: 2 },
    { actorIds: ['0019'] },
    { budgetUsd: 5 },
    { all: true },
    { all: true, budgetUsd: 5 },
  ])('is bounded by %j', (order) => {
    expect(findOrderFaults(order)).toEqual([]);
  });

  it.each([{}, { all: false }, { policy: 'flux-presets', priority: 5 }, { all: true, limit: 2 }])(
    'is refused as %j',
    (order) => {
      expect(findOrderFaults(order)).toMatchObject([{ path: 'limit' }]);
    },
  );
});
