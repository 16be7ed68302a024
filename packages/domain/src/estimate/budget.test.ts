import { describe, expect, it } from 'vitest';
import { type Accounts, findBudgetExhaustion, nextDay, nextMonth, toDay, toMonth } from './budget.ts';

const BERLIN = 'Europe/Berlin';
const at = Date.parse('2026-11-23T22:30:00Z');
function accounts(day: number, more: Partial<Accounts> = {}): Accounts {
  return {
    day: { period: '2026-11-23', budgetUsd: 10, spentUsd: day, assumedUsd: 0, unknownRuns: 0 },
    month: { period: '2026-11', spentUsd: day, assumedUsd: 0, unknownRuns: 0 },
    committedUsd: 0,
    ...more,
  };
}

describe('a day and a month', () => {
  it('start in the time zone of the budgets', () => {
    expect([toDay(at, 'UTC'), toDay(at + 3_600_000, BERLIN)]).toEqual(['2026-11-23', '2026-11-24']);
    expect(new Date(nextDay(at, BERLIN)).toISOString()).toBe('2026-11-23T23:00:00.000Z');
    expect(new Date(nextMonth(at, BERLIN)).toISOString()).toBe('2026-11-30T23:00:00.000Z');
    expect(toMonth(nextMonth(at, BERLIN), BERLIN)).toBe('2026-12');
  });
  it('have 23 and 25 hours when clocks change', () => {
    const shortDay = Date.parse('2026-03-28T23:00:00Z');
    expect(nextDay(shortDay, BERLIN) - shortDay).toBe(23 * 3_600_000);
    const longDay = Date.parse('2026-10-24T22:00:00Z');
    expect(nextDay(longDay, BERLIN) - longDay).toBe(25 * 3_600_000);
  });
});

describe('a budget of the day', () => {
  it('allows dispatch while it has a remainder', () => {
    expect(findBudgetExhaustion(accounts(9.99), at, 'UTC')).toBeUndefined();
  });
  it('is exhausted by spent cost and expected cost of live runs, until the next day', () => {
    expect(findBudgetExhaustion(accounts(6, { committedUsd: 4 }), at, 'UTC')).toMatchObject({
      period: 'day',
      reason: expect.stringMatching(/^budget: .*2026-11-23.*\$10\.00.*\$6\.00 spent.*\$4\.00 committed/),
      opensAt: Date.parse('2026-11-24T00:00:00Z'),
    });
  });
  it('stops dispatch for a training that exceeds it, and is checked again after 10 min', () => {
    const refused = { usd: 3, at };
    expect(findBudgetExhaustion(accounts(8, { refused }), at, 'UTC')).toMatchObject({ period: 'day' });
    expect(findBudgetExhaustion(accounts(8, { refused }), at + 11 * 60_000, 'UTC')).toBeUndefined();
    expect(findBudgetExhaustion(accounts(6, { refused }), at, 'UTC')).toBeUndefined();
  });
});
