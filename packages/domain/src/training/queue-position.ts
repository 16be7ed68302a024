const ORDINAL_RULES = new Intl.PluralRules('en', { type: 'ordinal' });
const SUFFIXES: Readonly<Partial<Record<Intl.LDMLPluralRule, string>>> = { one: 'st', two: 'nd', few: 'rd' };

/** Formats a position in the queue, for example `next in the queue` or `3rd in the queue`. @param position 1 is next */
export function formatQueuePosition(position: number): string {
  if (position === 1) return 'next in the queue';
  return `${position}${SUFFIXES[ORDINAL_RULES.select(position)] ?? 'th'} in the queue`;
}
