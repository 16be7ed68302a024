import { formatCount } from '../../../parts/words/format.ts';

/** Writes a count with its noun: `1 slot`, `3 slots`. */
export function formatPlural(count: number, one: string, many = `${one}s`): string {
  return `${formatCount(count)} ${count === 1 ? one : many}`;
}
