/** Quantiles of a series of durations, in ms. */
export interface Quantiles {
  readonly count: number;
  readonly p50: number;
  readonly p90: number;
  readonly p99: number;
}

export function toQuantiles(durationsMs: readonly number[]): Quantiles {
  const sorted = [...durationsMs].sort((a, b) => a - b);
  return {
    count: sorted.length,
    p50: quantile(sorted, 0.5),
    p90: quantile(sorted, 0.9),
    p99: quantile(sorted, 0.99),
  };
}

function quantile(sorted: readonly number[], share: number): number {
  return sorted[Math.min(sorted.length - 1, Math.floor(share * sorted.length))] ?? Number.NaN;
}

function formatMs(value: number): string {
  return value.toFixed(1).padStart(9);
}

/** One row of the table that the benchmark prints. */
export function formatRow(name: string, { count, p50, p90, p99 }: Quantiles): string {
  return `${name.padEnd(46)}${String(count).padStart(6)}${formatMs(p50)}${formatMs(p90)}${formatMs(p99)}`;
}

export const HEADING = `${'ms'.padEnd(46)}${'n'.padStart(6)}${'p50'.padStart(9)}${'p90'.padStart(9)}${'p99'.padStart(9)}`;
