/** A point of an attempt's loss curve: step, loss, and time in epoch ms. `null` where no finite loss was reported. */
export type ProgressPoint = readonly [step: number, loss: number | null, at: number];

/** The number of points that an attempt keeps at most. */
export const MAX_PROGRESS_POINTS = 500;

/** The spans into which thinning divides the steps: one point per span, and the last point, remain. */
export const THINNED_SPANS = MAX_PROGRESS_POINTS / 2;

/**
 * Adds a point to a loss curve. The steps of a curve grow: a step that is not above the last one belongs to a container
 * that started again, and replaces the points from that step on. Above {@link MAX_PROGRESS_POINTS} the curve is thinned.
 * `add-progress-point.lua` computes the same.
 */
export function addProgressPoint(
  points: readonly ProgressPoint[],
  point: ProgressPoint,
): readonly ProgressPoint[] {
  const kept = points.slice(0, points.findLastIndex(([step]) => step < point[0]) + 1);
  const next = [...kept, point];
  return next.length > MAX_PROGRESS_POINTS ? thinProgressPoints(next) : next;
}

/**
 * Thins a curve to about half of its maximum, evenly over its steps. The first and the last point and the order stay. A
 * curve that drops every second point at each thinning instead would lose its early part.
 */
export function thinProgressPoints(points: readonly ProgressPoint[]): readonly ProgressPoint[] {
  const [first, last] = [points[0], points.at(-1)];
  if (!first || !last || points.length < 3) return points;
  const span = (last[0] - first[0]) / THINNED_SPANS;
  const kept = [first];
  let previousStep = first[0];
  for (const point of points.slice(1, -1)) {
    if (point[0] - previousStep < span) continue;
    kept.push(point);
    [previousStep] = point;
  }
  return [...kept, last];
}
