import styles from './chart.module.css';
import { formatLoss, formatStep } from './curve-words.ts';
import {
  cutToRange,
  findBounds,
  findPoint,
  type LossSeries,
  listTicks,
  type PlotPoint,
  type StepRange,
  smoothCurve,
  splitAtGaps,
} from './curves.ts';

/** Properties of the drawing. */
export interface PlotProps {
  readonly series: readonly LossSeries[];
  readonly range: StepRange;
  /** Step of the cursor. */
  readonly cursor: number | undefined;
  /** Size in pixels, so that texts keep their size. */
  readonly width: number;
  readonly height: number;
}

const MARGIN = { top: 8, right: 24, bottom: 24, left: 44 };
const MIN_TICK_GAP = { x: 88, y: 44 };

interface Scale {
  readonly x: (step: number) => number;
  readonly y: (loss: number) => number;
}

/** Width of the drawing left and right of the curve, in pixels. */
export const PLOT_SIDES = { left: MARGIN.left, right: MARGIN.right };

/** The curves as SVG: the reports faint, the smoothed curve above them, a dot at the cursor. Its text form is the range input. */
export function Plot({ series, range, cursor, width, height }: PlotProps) {
  const drawn = series.map((each) => ({
    ...each,
    raw: cutToRange(each.points, range),
    smooth: cutToRange(smoothCurve(each.points), range),
  }));
  const [low, high] = findBounds(drawn.map(({ raw }) => raw)) ?? [0, 1];
  const [right, bottom] = [width - MARGIN.right, height - MARGIN.bottom];
  const scale: Scale = {
    x: (step) => MARGIN.left + ((step - range.from) / (range.to - range.from || 1)) * (right - MARGIN.left),
    y: (loss) => bottom - ((loss - low) / (high - low)) * (bottom - MARGIN.top),
  };
  return (
    <svg width={width} height={height} className={styles.svg} aria-hidden="true">
      <clipPath id="loss-plot">
        <rect x={MARGIN.left} y={0} width={Math.max(0, right - MARGIN.left + 6)} height={bottom + 1} />
      </clipPath>
      <Axes scale={scale} bounds={[low, high]} range={range} size={{ right, bottom }} />
      <g clipPath="url(#loss-plot)">
        {drawn.map(({ name, tone, raw, smooth }, index) => (
          <g key={name} className={styles[tone]} data-line={index}>
            {splitAtGaps(raw).map((part) => (
              <Line key={part[0]?.step} part={part} scale={scale} className={styles.raw} />
            ))}
            {splitAtGaps(smooth).map((part) => (
              <Line key={part[0]?.step} part={part} scale={scale} className={styles.smooth} />
            ))}
          </g>
        ))}
        {cursor !== undefined && <Cursor series={series} step={cursor} scale={scale} bottom={bottom} />}
      </g>
    </svg>
  );
}

interface LineProps {
  readonly part: readonly PlotPoint[];
  readonly scale: Scale;
  readonly className: string | undefined;
}

/** One unbroken part of a curve; a single report between two gaps is a dot. */
function Line({ part, scale, className }: LineProps) {
  const [only] = part;
  if (part.length === 1 && only)
    return <circle cx={scale.x(only.step)} cy={scale.y(only.value)} r={1.5} className={styles.dot} />;
  const points = part.map(({ step, value }) => `${scale.x(step).toFixed(1)},${scale.y(value).toFixed(1)}`);
  return <polyline points={points.join(' ')} className={className} />;
}

interface CursorProps {
  readonly series: readonly LossSeries[];
  readonly step: number;
  readonly scale: Scale;
  readonly bottom: number;
}

function Cursor({ series, step, scale, bottom }: CursorProps) {
  const x = scale.x(step);
  return (
    <>
      <line x1={x} x2={x} y1={MARGIN.top} y2={bottom} className={styles.cursor} />
      {series.map(({ name, tone, points }) => {
        const point = findPoint(points, step);
        if (point?.[1] == null) return null;
        return (
          <g key={name} className={styles[tone]}>
            <circle cx={scale.x(point[0])} cy={scale.y(point[1])} r={4} className={styles.dot} />
          </g>
        );
      })}
    </>
  );
}

interface AxesProps {
  readonly scale: Scale;
  readonly bounds: readonly [number, number];
  readonly range: StepRange;
  readonly size: { readonly right: number; readonly bottom: number };
}

function Axes({ scale, bounds: [low, high], range, size: { right, bottom } }: AxesProps) {
  const rows = listTicks(low, high, Math.max(2, Math.floor(bottom / MIN_TICK_GAP.y)));
  const columns = listTicks(range.from, range.to, Math.max(2, Math.floor(right / MIN_TICK_GAP.x)));
  return (
    <g>
      {rows.map((loss) => (
        <g key={loss}>
          <line x1={MARGIN.left} x2={right} y1={scale.y(loss)} y2={scale.y(loss)} className={styles.grid} />
          <text x={MARGIN.left - 8} y={scale.y(loss) + 4} className={styles.label} textAnchor="end">
            {formatLoss(loss).replace(/(\.\d\d?)0+$/, '$1')}
          </text>
        </g>
      ))}
      {columns.map((step) => (
        <text key={step} x={scale.x(step)} y={bottom + 18} className={styles.label} textAnchor="middle">
          {formatStep(step)}
        </text>
      ))}
    </g>
  );
}
