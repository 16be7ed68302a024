import { formatCount } from '../../../parts/format.ts';

/** Formats a value of a hyperparameter: `2,000`, `0.00025`, `cosine with restarts`, `on`. */
export function formatValue(value: string | number | boolean): string {
  if (typeof value === 'boolean') return value ? 'on' : 'off';
  if (typeof value === 'number') return Number.isInteger(value) ? formatCount(value) : String(value);
  return value.replaceAll('_', ' ');
}
