import { nextDay, nextMonth } from './calendar.ts';

/** What one day or month has paid, and what it may. USD. */
export interface Account {
  /** Its name where the budgets' clock hangs: `2026-11-23` or `2026-11`. */
  readonly period: string;
  /** Absent where nothing limits it. */
  readonly budgetUsd?: number;
  /** What ended runs came to; what stands for runs of unknown cost is part of it. */
  readonly spentUsd: number;
  readonly assumedUsd: number;
  /** Runs whose cost nobody told. */
  readonly unknownRuns: number;
}

/** Both accounts, and what the live runs are expected to come to. */
export interface Accounts {
  readonly day: Account;
  readonly month: Account;
  readonly committedUsd: number;
  /** What a training at the head of the line needed, and did not find. */
  readonly refused?: { readonly usd: number; readonly at: number };
}

/** Why nothing is fetched, and when that is over by itself. */
export interface BudgetExhaustion {
  readonly period: 'day' | 'month';
  readonly reason: string;
  /** Epoch ms; absent where only a person ends it. */
  readonly opensAt?: number;
}

/** For how long the line waits for a training that found too little, before its head is looked at again. */
const REFUSAL_TTL_MS = 10 * 60_000;

/**
 * Whether a day's or month's budget is used up (SPEC §9): what was spent and what the live runs are expected to cost
 * count. It is over by itself when the next one begins, or when a person raises it; running trainings go on.
 */
export function findBudgetExhaustion(
  accounts: Accounts,
  nowMs: number,
  timeZone: string,
): BudgetExhaustion | undefined {
  const { refused } = accounts;
  const needUsd = refused && nowMs - refused.at < REFUSAL_TTL_MS ? refused.usd : 0;
  return (
    findPeriodExhaustion(accounts, 'month', { needUsd, opensAt: () => nextMonth(nowMs, timeZone) }) ??
    findPeriodExhaustion(accounts, 'day', { needUsd, opensAt: () => nextDay(nowMs, timeZone) })
  );
}

function formatUsd(amount: number): string {
  return `$${amount.toFixed(2)}`;
}

/** What is left once the live runs are paid; negative where they cost more than was expected. @returns USD */
export function getRemainingUsd(account: Account, committedUsd: number): number | undefined {
  return account.budgetUsd === undefined ? undefined : account.budgetUsd - account.spentUsd - committedUsd;
}

function findPeriodExhaustion(
  { day, month, committedUsd }: Accounts,
  period: BudgetExhaustion['period'],
  facts: { readonly needUsd: number; readonly opensAt: () => number },
): BudgetExhaustion | undefined {
  const account = period === 'day' ? day : month;
  const remainingUsd = getRemainingUsd(account, committedUsd);
  if (remainingUsd === undefined || (remainingUsd > 0 && remainingUsd >= facts.needUsd)) return undefined;
  const spent = `${formatUsd(account.spentUsd)} spent and ${formatUsd(committedUsd)} under way`;
  const need = facts.needUsd > 0 ? `; the next training needs ${formatUsd(facts.needUsd)}` : '';
  const reason = `budget: the ${period} ${account.period} may cost ${formatUsd(account.budgetUsd ?? 0)}, ${spent}${need}`;
  return { period, reason, opensAt: facts.opensAt() };
}
