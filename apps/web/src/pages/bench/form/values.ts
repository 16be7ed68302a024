import { formatCount } from '../../../parts/words/format.ts';

/** Formats a value of a hyperparameter: `2,000`, `0.00025`, `cosine with restarts`, `on`. */
export function formatValue(value: string | number | boolean): string {
  if (typeof value === 'boolean') return value ? 'on' : 'off';
  if (typeof value === 'number') return Number.isInteger(value) ? formatCount(value) : String(value);
  return value.replaceAll('_', ' ');
}

const ORDINALS = new Intl.PluralRules('en', { type: 'ordinal' });
const SUFFIXES: Readonly<Partial<Record<Intl.LDMLPluralRule, string>>> = { one: 'st', two: 'nd', few: 'rd' };

/** Formats a place in the queue: `next`, `3rd in the queue`. */
export function formatPlace(position: number): string {
  if (position === 1) return 'next';
  return `${position}${SUFFIXES[ORDINALS.select(position)] ?? 'th'} in the queue`;
}
