/** Reported loss of a step; null where the container reported no finite number. */
export type LossPoint = readonly [step: number, loss: number | null, ...rest: readonly unknown[]];

/** Curve of one attempt or one version. The steps grow. */
export interface LossSeries {
  readonly name: string;
  readonly tone: 'accent' | 'ok' | 'warn' | 'queued' | 'info';
  readonly points: readonly LossPoint[];
}

/** Visible part of a curve, both steps included. */
export interface StepRange {
  readonly from: number;
  readonly to: number;
}

/** Point of a drawn line. */
export interface PlotPoint {
  readonly step: number;
  readonly value: number;
}

const MAX_NEIGHBORS = 6;

/**
 * Smooths a curve by the mean of each report and the same number of neighbors on both sides, so that the smoothed curve
 * neither lags nor leaves the ends of the reports. A gap of the curve stays a gap.
 */
export function smoothCurve(points: readonly LossPoint[]): readonly LossPoint[] {
  return points.map(([step, loss], index) => {
    if (loss === null) return [step, null] as const;
    const reach = Math.min(index, points.length - 1 - index, MAX_NEIGHBORS);
    const near = points.slice(index - reach, index + reach + 1).flatMap(([, each]) => each ?? []);
    return [step, near.reduce((sum, each) => sum + each, 0) / near.length] as const;
  });
}

/** Splits a curve at its gaps: each part is drawn as one line. */
export function splitAtGaps(points: readonly LossPoint[]): readonly (readonly PlotPoint[])[] {
  const parts: PlotPoint[][] = [[]];
  for (const [step, value] of points) {
    if (value === null) parts.push([]);
    else parts.at(-1)?.push({ step, value });
  }
  return parts.filter((part) => part.length > 0);
}

/** The points of a range, with one further point on each side, so that lines reach the edges. */
export function cutToRange(points: readonly LossPoint[], { from, to }: StepRange): readonly LossPoint[] {
  const first = points.findIndex(([step]) => step >= from);
  const last = points.findLastIndex(([step]) => step <= to);
  if (first === -1 || last === -1) return [];
  return points.slice(Math.max(0, first - 1), last + 2);
}

/** All steps of several curves, growing. */
export function listSteps(series: readonly LossSeries[]): readonly number[] {
  const steps = new Set(series.flatMap(({ points }) => points.map(([step]) => step)));
  return [...steps].sort((a, b) => a - b);
}

/** The report of a curve at a step, or the last one before it. */
export function findPoint(points: readonly LossPoint[], step: number): LossPoint | undefined {
  return points.findLast(([each]) => each <= step);
}

/** The lowest and the highest loss of the visible parts; undefined without any number. */
export function findBounds(curves: readonly (readonly LossPoint[])[]): readonly [number, number] | undefined {
  const values = curves.flatMap((points) => points.flatMap(([, loss]) => (loss === null ? [] : [loss])));
  if (values.length === 0) return undefined;
  const [low, high] = [Math.min(...values), Math.max(...values)];
  const margin = (high - low) * 0.06 || Math.abs(high) * 0.1 || 0.1;
  return [low - margin, high + margin];
}

/** Round values between two bounds for the marks of an axis. */
export function listTicks(low: number, high: number, count: number): readonly number[] {
  const span = high - low;
  if (!(span > 0) || !Number.isFinite(span)) return [];
  const power = 10 ** Math.floor(Math.log10(span / count));
  const size = [1, 2, 5, 10].map((each) => each * power).find((each) => span / each <= count) ?? power * 10;
  const first = Math.ceil(low / size);
  const length = Math.floor(high / size) - first + 1;
  return Array.from({ length }, (_, index) => (first + index) * size);
}

/** The range of half or twice the size around a step, inside the whole curve; undefined for the whole curve. */
export function zoomRange(
  visible: StepRange,
  { whole, around, factor }: { readonly whole: StepRange; readonly around: number; readonly factor: number },
): StepRange | undefined {
  const size = Math.max(1, Math.round((visible.to - visible.from) * factor));
  if (size >= whole.to - whole.from) return undefined;
  const from = Math.min(Math.max(Math.round(around - size / 2), whole.from), whole.to - size);
  return { from, to: from + size };
}
