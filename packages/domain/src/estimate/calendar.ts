const DAY_MS = 24 * 3_600_000;
/** Longer than any day and any month, also where clocks are set back. */
const LONGEST_DAY_MS = 27 * 3_600_000;
const LONGEST_MONTH_MS = 32 * DAY_MS;

/** The day of a moment where this clock hangs. @returns `2026-11-23` */
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

/** The month of a moment. @returns `2026-11` */
export function toMonth(atMs: number, timeZone: string): string {
  return toDay(atMs, timeZone).slice(0, 7);
}

/** The first moment that is no longer called what this one is. */
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

/** When the next day begins there. @returns epoch ms */
export function nextDay(atMs: number, timeZone: string): number {
  return findPeriodEnd(atMs, LONGEST_DAY_MS, (ms) => toDay(ms, timeZone));
}

/** When the next month begins there. @returns epoch ms */
export function nextMonth(atMs: number, timeZone: string): number {
  return findPeriodEnd(atMs, LONGEST_MONTH_MS, (ms) => toMonth(ms, timeZone));
}
