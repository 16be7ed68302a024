import type { DispatchOutcome } from '@trainyard/application';
import { expect, it } from 'vitest';
import { createStoreBackoff } from './store-backoff.ts';

const storeUnavailable = { kind: 'snoozed', storeUnavailable: true } as DispatchOutcome;

it.each(['submitted', 'not_submitted', 'failed'] as const)(
  'while a store is away one training is tried at a time, at longer and longer intervals, until one is %s',
  (kind) => {
    let now = 0;
    const rest = createStoreBackoff({ monotonic: () => now });
    expect(rest.canClaim(1)).toBe(true);
    const waits: number[] = [];
    for (let tries = 0; tries < 6; tries += 1) {
      rest.recordOutcome(storeUnavailable);
      rest.recordOutcome(storeUnavailable);
      const since = now;
      while (!rest.canClaim(0)) now += 1_000;
      expect(rest.canClaim(1)).toBe(false);
      waits.push((now - since) / 1_000);
    }
    expect(waits).toEqual([5, 10, 20, 40, 60, 60]);
    rest.recordOutcome({ kind } as DispatchOutcome);
    expect(rest.canClaim(1)).toBe(true);
  },
);
