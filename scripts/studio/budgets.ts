import type { LoadSize } from './bundle.ts';

const KIB = 1_024;
/** Largest sizes after gzip, in KiB: the scripts of the first load, and scripts with styles of a part that is loaded later. */
export const BUDGETS = { firstLoad: 150, part: 40 } as const;

function toKib(bytes: number): string {
  return (bytes / KIB).toFixed(1);
}

/** Formats a load as a line: size of the scripts, size of the styles, name. */
export function formatSize({ name, scriptBytes, styleBytes }: LoadSize): string {
  return `${toKib(scriptBytes).padStart(7)} KiB  ${toKib(styleBytes).padStart(6)} KiB  ${name}`;
}

/** Lists each load that exceeds its budget, with the bound. */
export function findExceeded(sizes: readonly LoadSize[]): readonly string[] {
  return sizes.flatMap(({ name, scriptBytes, styleBytes }) => {
    const isFirst = name === 'first load';
    const [bytes, bound] = isFirst
      ? [scriptBytes, BUDGETS.firstLoad]
      : [scriptBytes + styleBytes, BUDGETS.part];
    return bytes > bound * KIB
      ? [`${name}: ${toKib(bytes)} KiB after gzip; at most ${bound} KiB are allowed`]
      : [];
  });
}
