import { findPoint, type LossPoint, type LossSeries } from './curves.ts';

const STEP = new Intl.NumberFormat();
const LOSS = new Intl.NumberFormat(undefined, { minimumFractionDigits: 3, maximumFractionDigits: 3 });
const SMALL_LOSS = new Intl.NumberFormat(undefined, { maximumSignificantDigits: 3 });

/** Formats a step with separators. */
export function formatStep(step: number): string {
  return STEP.format(step);
}

/** Formats a loss with three decimals; very small and very large values keep three digits. */
export function formatLoss(loss: number): string {
  const size = Math.abs(loss);
  return loss === 0 || (size >= 0.001 && size < 1_000) ? LOSS.format(loss) : SMALL_LOSS.format(loss);
}

/** Text of the reported loss at a step. */
export function describePoint(point: LossPoint | undefined): string {
  if (!point) return 'no report yet';
  return point[1] === null ? 'no number' : formatLoss(point[1]);
}

/** Text of the value of the cursor: the step, and the loss of each curve. */
export function describeCursor(series: readonly LossSeries[], step: number): string {
  const values = series.map(({ name, points }) => {
    const loss = describePoint(findPoint(points, step));
    return series.length > 1 ? `${name} ${loss}` : `loss ${loss}`;
  });
  return `step ${formatStep(step)}: ${values.join(', ')}`;
}

/** A curve in one sentence: its first, last and lowest loss. */
export function describeCurve({ name, points }: LossSeries): string {
  const known = points.flatMap(([step, loss]) => (loss === null ? [] : [[step, loss] as const]));
  const [first, last] = [known[0], known.at(-1)];
  if (!first || !last) return `${name}: no loss was reported.`;
  const lowest = known.reduce((a, b) => (b[1] < a[1] ? b : a));
  return `${name}: loss ${formatLoss(first[1])} at step ${formatStep(first[0])}, ${formatLoss(last[1])} at step ${formatStep(last[0])}, lowest ${formatLoss(lowest[1])} at step ${formatStep(lowest[0])}.`;
}

/** Text of the gaps of the curves; undefined without a gap. */
export function describeGaps(series: readonly LossSeries[]): string | undefined {
  const gaps = series.flatMap(({ points }) => points.filter(([, loss]) => loss === null));
  const first = gaps[0];
  if (!first) return undefined;
  const reports = gaps.length === 1 ? '1 report has' : `${formatStep(gaps.length)} reports have`;
  return `${reports} no loss that is a number, the first at step ${formatStep(first[0])}. The curve has a gap there.`;
}
