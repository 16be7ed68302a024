const COUNT = new Intl.NumberFormat();
const USD = new Intl.NumberFormat('en-US', { style: 'currency', currency: 'USD' });
type HourCycle = 'h23' | 'h12';
const TWO_DIGITS = { hour: '2-digit', minute: '2-digit' } as const;
const TIMES = createTimeFormats({});
const TIMES_WITH_SECONDS = createTimeFormats({ second: '2-digit' });
const DATE = new Intl.DateTimeFormat(undefined, { day: 'numeric', month: 'short' });
const DATE_WITH_YEAR = new Intl.DateTimeFormat(undefined, {
  day: 'numeric',
  month: 'short',
  year: 'numeric',
});

/** Formats a whole number with separators. */
export function formatCount(count: number): string {
  return COUNT.format(count);
}

/** Formats an amount in USD. */
export function formatUsd(usd: number): string {
  return USD.format(usd);
}

/** Formats a time as hours and minutes of this browser's zone, with the day when it is not today (`now`, epoch ms). */
export function formatTime(at: string | number, now: number): string {
  const date = new Date(at);
  const time = TIMES[getHourCycle()].format(date);
  return date.toDateString() === new Date(now).toDateString() ? time : `${DATE.format(date)}, ${time}`;
}

/** Formats a time as hours, minutes and seconds of this browser's zone. */
export function formatClock(at: string | number): string {
  return TIMES_WITH_SECONDS[getHourCycle()].format(new Date(at));
}

/** Formats the day of a time, with the year when it is not this year. */
export function formatDay(at: string | number, now: number): string {
  const date = new Date(at);
  const isThisYear = date.getFullYear() === new Date(now).getFullYear();
  return (isThisYear ? DATE : DATE_WITH_YEAR).format(date);
}

/** Formats a time in UTC, for the title of a local time. */
export function formatUtc(at: string | number): string {
  return `${new Date(at).toISOString().slice(0, 19).replace('T', ' ')} UTC`;
}

const MINUTE = 60;
/** Below this duration the seconds are shown beside the minutes. */
const WITH_SECONDS = 10 * MINUTE;

/** Formats a duration: `50 s`, `1 min 35 s`, `31 min`, `1 h 18 min`. */
export function formatDuration(seconds: number): string {
  const whole = Math.max(0, Math.round(seconds));
  if (whole < MINUTE) return `${whole} s`;
  if (whole < WITH_SECONDS) return join([Math.floor(whole / MINUTE), 'min'], [whole % MINUTE, 's']);
  const minutes = Math.round(whole / MINUTE);
  if (minutes < 60) return `${minutes} min`;
  return join([Math.floor(minutes / 60), 'h'], [minutes % 60, 'min']);
}

function join(...parts: readonly (readonly [number, string])[]): string {
  return parts
    .filter(([value], index) => index === 0 || value > 0)
    .map(([value, unit]) => `${value} ${unit}`)
    .join(' ');
}

/** Formats a duration without seconds above a minute: `about 2 min`. */
export function formatRoundDuration(seconds: number): string {
  return seconds < 1.5 * MINUTE || seconds >= WITH_SECONDS
    ? formatDuration(seconds)
    : `${Math.round(seconds / MINUTE)} min`;
}

/** Formats a range of durations: `18 to 22 min`, `52 min to 1 h 5 min`. */
export function formatDurationRange([low, high]: readonly [number, number]): string {
  const [from, to] = [formatRoundDuration(low), formatRoundDuration(high)];
  if (from === to) return from;
  const [value, unit, ...more] = from.split(' ');
  return more.length === 0 && to.split(' ').slice(1).join(' ') === unit
    ? `${value} to ${to}`
    : `${from} to ${to}`;
}

const UNITS = ['B', 'KB', 'MB', 'GB'] as const;

/** Formats a size with three digits at most: `153 MB`. */
export function formatBytes(bytes: number): string {
  const index = Math.min(UNITS.length - 1, bytes < 1 ? 0 : Math.floor(Math.log10(bytes) / 3));
  const value = bytes / 1_000 ** index;
  return `${value < 10 && index > 0 ? value.toFixed(1) : Math.round(value)} ${UNITS[index]}`;
}

const WORDS = 'no one two three four five six seven eight nine ten eleven twelve'.split(' ');

/** Spells a count up to twelve, for sentences: `five`, `no`, `13`. */
export function spellCount(count: number): string {
  return WORDS[count] ?? formatCount(count);
}

/** Writes the first letter of a sentence in upper case. */
export function capitalize(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}

/** Key of the stored choice between `24` hours, the default, and `12`. */
const CLOCK_KEY = 'trainyard.clock';

/** The clock in which times are shown. */
export function getHourCycle(): HourCycle {
  return globalThis.localStorage?.getItem(CLOCK_KEY) === '12' ? 'h12' : 'h23';
}

/** Stores the clock in this browser. */
export function setHourCycle(cycle: HourCycle): void {
  localStorage.setItem(CLOCK_KEY, cycle === 'h12' ? '12' : '24');
}

function createTimeFormats(
  more: Intl.DateTimeFormatOptions,
): Readonly<Record<HourCycle, Intl.DateTimeFormat>> {
  const create = (hourCycle: HourCycle) =>
    new Intl.DateTimeFormat(undefined, { ...TWO_DIGITS, ...more, hourCycle });
  return { h23: create('h23'), h12: create('h12') };
}
