/** Quantiles of a series of durations, in ms. */
export interface Figures {
  readonly count: number;
  readonly p50: number;
  readonly p90: number;
  readonly p99: number;
}

const quantile = (sorted: readonly number[], share: number): number =>
  sorted[Math.min(sorted.length - 1, Math.floor(share * sorted.length))] ?? Number.NaN;

export const figuresOf = (durationsMs: readonly number[]): Figures => {
  const sorted = [...durationsMs].sort((a, b) => a - b);
  return {
    count: sorted.length,
    p50: quantile(sorted, 0.5),
    p90: quantile(sorted, 0.9),
    p99: quantile(sorted, 0.99),
  };
};

const number = (value: number): string => value.toFixed(1).padStart(9);

/** One row of the table that the benchmark prints. */
export const row = (name: string, { count, p50, p90, p99 }: Figures): string =>
  `${name.padEnd(46)}${String(count).padStart(6)}${number(p50)}${number(p90)}${number(p99)}`;

export const HEADING = `${'ms'.padEnd(46)}${'n'.padStart(6)}${'p50'.padStart(9)}${'p90'.padStart(9)}${'p99'.padStart(9)}`;
