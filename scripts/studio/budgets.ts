import type { LoadSize } from './bundle.ts';

const KIB = 1_024;
/** Largest sizes of the scripts after gzip, in KiB: of the first load, and of a part that is loaded later. */
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
  return sizes.flatMap(({ name, scriptBytes }) => {
    const bound = name === 'first load' ? BUDGETS.firstLoad : BUDGETS.part;
    return scriptBytes > bound * KIB
      ? [`${name}: ${toKib(scriptBytes)} KiB after gzip; at most ${bound} KiB are allowed`]
      : [];
  });
}
