import { formatUsd } from './format.ts';

/** Formats a limit in USD, without cents where it has none: `$150`, `$20.50`. */
export function formatLimit(usd: number): string {
  return formatUsd(usd).replace(/\.00$/, '');
}

/** Names the month of a budget: `2026-11` gives `November`. */
export function formatMonth(period: string): string {
  const month = new Intl.DateTimeFormat('en', { month: 'long', timeZone: 'UTC' });
  return month.format(new Date(`${period}-01T00:00:00Z`));
}
