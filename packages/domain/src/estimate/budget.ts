import { formatUsd } from './format.ts';

/** Cost and budget of a day or a month. Amounts are USD. */
export interface Account {
  /** Name of the period in the time zone of the budgets: `2026-11-23` or `2026-11`. */
  readonly period: string;
  /** Absent without a limit. */
  readonly budgetUsd?: number;
  /** Cost of the ended runs, assumed cost included. */
  readonly spentUsd: number;
  /** Assumed cost of the runs of unknown cost. */
  readonly assumedUsd: number;
  /** Number of runs whose cost the provider did not report. */
  readonly unknownRuns: number;
}

/** The accounts of day and month, and the expected cost of the live runs. */
export interface Accounts {
  readonly day: Account;
  readonly month: Account;
  readonly committedUsd: number;
  /** Expected cost of the training at the head of the queue that exceeded the budget, and the time of that check. */
  readonly refused?: { readonly usd: number; readonly at: number };
}

/** The reason why an exhausted budget stops dispatch, and the end of that stop. */
export interface BudgetExhaustion {
  readonly period: 'day' | 'month';
  readonly reason: string;
  /** Start of the next period, epoch ms; absent when only an operator can end the stop. */
  readonly opensAt?: number;
}

/** Time after which the head of the queue is checked again when its cost exceeded the budget. */
const REFUSAL_TTL_MS = 10 * 60_000;

/**
 * Finds an exhausted budget of the month or the day (docs/concepts/budgets.md): the spent cost and the expected cost of
 * the live runs count. The stop ends when the next period starts, or when an operator raises the budget. Live runs
 * continue. Undefined while both budgets have a remainder.
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

/** Budget minus spent and committed cost; negative when runs cost more than expected. @returns USD, or undefined without a budget */
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
  const spent = `${formatUsd(account.spentUsd)} spent and ${formatUsd(committedUsd)} committed`;
  const need = facts.needUsd > 0 ? `; the next training needs ${formatUsd(facts.needUsd)}` : '';
  const reason = `budget: the ${period} ${account.period} has a budget of ${formatUsd(account.budgetUsd ?? 0)}, ${spent}${need}`;
  return { period, reason, opensAt: facts.opensAt() };
}

const DAY_MS = 24 * 3_600_000;
/** Longer than any day and any month, also when clocks are set back. */
const LONGEST_DAY_MS = 27 * 3_600_000;
const LONGEST_MONTH_MS = 32 * DAY_MS;

/** The day of a time in a time zone. @returns `2026-11-23` */
export function toDay(atMs: number, timeZone: string): string {
  const format = new Intl.DateTimeFormat('en-US', {
    timeZone,
    year: 'numeric',
    month: '2-digit',
    day: '2-digit',
  });
  const parts = new Map(format.formatToParts(atMs).map(({ type, value }) => [type, value]));
  return `${parts.get('year')}-${parts.get('month')}-${parts.get('day')}`;
}

/** The month of a time in a time zone. @returns `2026-11` */
export function toMonth(atMs: number, timeZone: string): string {
  return toDay(atMs, timeZone).slice(0, 7);
}

/** The first time after `atMs` in a different period, found by bisection up to `longestMs` later. */
function findPeriodEnd(atMs: number, longestMs: number, toPeriod: (ms: number) => string): number {
  const period = toPeriod(atMs);
  let [last, next] = [atMs, atMs + longestMs];
  while (next - last > 1) {
    const middle = Math.floor((last + next) / 2);
    if (toPeriod(middle) === period) last = middle;
    else next = middle;
  }
  return next;
}

/** Start of the next day in a time zone. @returns epoch ms */
export function nextDay(atMs: number, timeZone: string): number {
  return findPeriodEnd(atMs, LONGEST_DAY_MS, (ms) => toDay(ms, timeZone));
}

/** Start of the next month in a time zone. @returns epoch ms */
export function nextMonth(atMs: number, timeZone: string): number {
  return findPeriodEnd(atMs, LONGEST_MONTH_MS, (ms) => toMonth(ms, timeZone));
}
