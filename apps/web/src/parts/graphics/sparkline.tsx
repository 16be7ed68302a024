import styles from './sparkline.module.css';

/** Width and height of the drawing, in its own units. */
const WIDTH = 96;
const HEIGHT = 24;
const INSET = 2;

/** A point: step and loss; a missing loss is a gap. */
export type LossPoint = readonly [step: number, loss: number | null, ...rest: readonly unknown[]];

/** Line of a loss curve without axes, beside its newest value; screen readers read the value. */
export function Sparkline({ points }: { readonly points: readonly LossPoint[] }) {
  const path = toSparklinePath(points);
  return (
    <svg className={styles.line} viewBox={`0 0 ${WIDTH} ${HEIGHT}`} aria-hidden="true">
      {path !== '' && <path d={path} />}
    </svg>
  );
}

/** The path through all points with a loss; one point alone is no line. */
export function toSparklinePath(points: readonly LossPoint[]): string {
  const known = points.flatMap(([step, loss]) => (loss === null ? [] : [{ step, loss }]));
  const [first, last] = [known.at(0), known.at(-1)];
  if (!first || !last || known.length < 2) return '';
  const losses = known.map(({ loss }) => loss);
  const [low, high] = [Math.min(...losses), Math.max(...losses)];
  const x = (step: number): number =>
    INSET + ((step - first.step) / (last.step - first.step || 1)) * (WIDTH - 2 * INSET);
  const y = (loss: number): number => INSET + ((high - loss) / (high - low || 1)) * (HEIGHT - 2 * INSET);
  return known
    .map(({ step, loss }, at) => `${at === 0 ? 'M' : 'L'}${x(step).toFixed(1)} ${y(loss).toFixed(1)}`)
    .join(' ');
}
