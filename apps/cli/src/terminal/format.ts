export { formatUsd } from '@trainyard/domain';

/** Length of the short id: the last characters of an id, which every command takes. */
const SHORT_ID_LENGTH = 8;

/** The short id of a training. */
export function toShortId(id: string): string {
  return id.length > SHORT_ID_LENGTH ? id.slice(-SHORT_ID_LENGTH) : id;
}

/** Formats a duration in its two largest units: `45 s`, `12 min`, `3 h 5 min`, `2 d 4 h`. */
export function formatDuration(seconds: number): string {
  const whole = Math.max(0, Math.round(seconds));
  if (whole < 60) return `${whole} s`;
  const minutes = Math.round(whole / 60);
  if (minutes < 60) return `${minutes} min`;
  const hours = Math.floor(minutes / 60);
  if (hours < 24) return joinUnits([hours, 'h'], [minutes % 60, 'min']);
  return joinUnits([Math.floor(hours / 24), 'd'], [hours % 24, 'h']);
}

function joinUnits(large: readonly [number, string], small: readonly [number, string]): string {
  return [large, small]
    .filter(([count]) => count > 0)
    .map(([count, unit]) => `${count} ${unit}`)
    .join(' ');
}

function toTwoDigits(value: number): string {
  return String(value).padStart(2, '0');
}

const MONTHS = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'];

/** Formats a time in the local zone: `14:03` today, else `Nov 28 14:03`, and with its year in other years. @param iso ISO 8601 */
export function formatTime(iso: string, now: Date = new Date()): string {
  const at = new Date(iso);
  if (Number.isNaN(at.getTime())) return iso;
  const clock = `${toTwoDigits(at.getHours())}:${toTwoDigits(at.getMinutes())}`;
  if (at.toDateString() === now.toDateString()) return clock;
  const isThisYear = at.getFullYear() === now.getFullYear();
  return isThisYear ? `${MONTHS[at.getMonth()]} ${at.getDate()} ${clock}` : `${formatDay(at)} ${clock}`;
}

/** Formats a time with date, seconds and offset in the local zone. @param iso ISO 8601 */
export function formatFullTime(iso: string): string {
  const at = new Date(iso);
  if (Number.isNaN(at.getTime())) return iso;
  const clock = [at.getHours(), at.getMinutes(), at.getSeconds()].map(toTwoDigits).join(':');
  return `${formatDay(at)} ${clock} ${formatOffset(-at.getTimezoneOffset())}`;
}

function formatDay(at: Date): string {
  return `${at.getFullYear()}-${toTwoDigits(at.getMonth() + 1)}-${toTwoDigits(at.getDate())}`;
}

function formatOffset(minutes: number): string {
  const sign = minutes < 0 ? '-' : '+';
  const [hours, rest] = [Math.floor(Math.abs(minutes) / 60), Math.abs(minutes) % 60];
  return minutes === 0 ? 'UTC' : `${sign}${toTwoDigits(hours)}:${toTwoDigits(rest)}`;
}

/** Formats a number of bytes in powers of 1000. */
export function formatBytes(bytes: number): string {
  const units = ['B', 'kB', 'MB', 'GB', 'TB'];
  const power = Math.min(units.length - 1, Math.max(0, Math.floor(Math.log10(Math.max(1, bytes)) / 3)));
  const value = bytes / 1000 ** power;
  return `${power === 0 || value >= 100 ? Math.round(value) : value.toFixed(1)} ${units[power]}`;
}
