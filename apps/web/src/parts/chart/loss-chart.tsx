import { Maximize2, ZoomIn, ZoomOut } from 'lucide-react';
import { type PointerEvent, useId, useState } from 'react';
import { downloadText } from '../console/download.ts';
import { Button } from '../controls/button.tsx';
import { useWidth } from '../graphics/use-width.ts';
import styles from './chart.module.css';
import { CurveTable, toCsv } from './curve-table.tsx';
import { describeCursor, describeCurve, describeGaps, describePoint, formatStep } from './curve-words.ts';
import { findPoint, type LossSeries, listSteps, type StepRange, zoomRange } from './curves.ts';
import { PLOT_SIDES, Plot } from './plot.tsx';

/** Properties of a chart of losses. */
export interface LossChartProps {
  readonly series: readonly LossSeries[];
  readonly title?: string;
  /** Last step of the training, up to which the axis reaches. */
  readonly totalSteps?: number | undefined;
  /** Visible part; undefined for the whole curve. */
  readonly range?: StepRange | undefined;
  readonly onRange?: (range: StepRange | undefined) => void;
  /** Name of the downloaded CSV file. */
  readonly fileName?: string;
  /** Sentence in place of a curve without a report. */
  readonly empty?: string;
}

const HEIGHT = 240;

/** Losses by step: reports faint, the smoothed curve above them; cursor, zoom, table and CSV. A gap is stated in words. */
export function LossChart({
  series,
  title = 'Loss',
  empty = 'No loss was reported.',
  ...rest
}: LossChartProps) {
  const [table, setTable] = useState(false);
  const steps = listSteps(series);
  const known = series.filter(({ points }) => points.length > 0);
  const last = steps.at(-1);
  const headingId = useId();
  if (last === undefined)
    return (
      <figure className={styles.figure} aria-labelledby={headingId}>
        <h2 id={headingId}>{title}</h2>
        <p className={`${styles.empty} muted`}>{empty}</p>
      </figure>
    );
  return (
    <figure className={styles.figure} aria-labelledby={headingId}>
      <Curves {...rest} title={title} headingId={headingId} series={known} steps={steps} table={table} />
      <div className={styles.tools}>
        <Button kind="quiet" pressed={table} onClick={() => setTable(!table)}>
          Show as table
        </Button>
        <Button
          kind="quiet"
          onClick={() => downloadText(rest.fileName ?? 'loss.csv', toCsv(known), 'text/csv')}
        >
          CSV
        </Button>
      </div>
      <figcaption className="visually-hidden">{known.map(describeCurve).join(' ')}</figcaption>
    </figure>
  );
}

interface CurvesProps extends Pick<LossChartProps, 'series' | 'totalSteps' | 'range' | 'onRange'> {
  readonly title: string;
  readonly headingId: string;
  readonly steps: readonly number[];
  readonly table: boolean;
}

function Curves({ title, headingId, series, steps, totalSteps, range, onRange, table }: CurvesProps) {
  const [chosen, setChosen] = useState<number>();
  const last = steps.at(-1) ?? 0;
  const whole = { from: Math.min(0, steps[0] ?? 0), to: Math.max(totalSteps ?? 0, last) };
  const visible = range
    ? { from: Math.max(range.from, whole.from), to: Math.min(range.to, whole.to) }
    : whole;
  const shown = visible.to > visible.from ? visible : whole;
  const inside = steps.filter((step) => step >= shown.from && step <= shown.to);
  const cursor = inside.findLast((step) => step <= (chosen ?? last)) ?? inside[0] ?? last;
  const zoom = (factor: number) =>
    onRange?.(zoomRange(shown, { whole, around: factor < 1 ? cursor : (shown.from + shown.to) / 2, factor }));
  const gaps = describeGaps(series);
  return (
    <>
      <div className={styles.head}>
        <h2 id={headingId}>{title}</h2>
        <Readout series={series} step={cursor} />
      </div>
      {table ? (
        <CurveTable title={title} series={series} />
      ) : (
        <Drawing series={series} range={shown} cursor={cursor} steps={inside} onCursor={setChosen} />
      )}
      {gaps && <p className="small muted">{gaps}</p>}
      {onRange && <ZoomButtons zoomed={shown !== whole} zoom={zoom} onWhole={() => onRange(undefined)} />}
    </>
  );
}

interface ReadoutProps {
  readonly series: readonly LossSeries[];
  readonly step: number;
}

/** The step of the cursor with the reported loss of each curve; it is the value of the dot. */
function Readout({ series, step }: ReadoutProps) {
  return (
    <p className={styles.readout}>
      <span className="muted">step {formatStep(step)}</span>
      {series.map(({ name, tone, points }, index) => (
        <span key={name} className={styles.value}>
          {series.length > 1 && (
            <svg width="18" height="8" aria-hidden="true" className={styles[tone]} data-line={index}>
              <line x1="0" x2="18" y1="4" y2="4" className={styles.smooth} />
            </svg>
          )}
          {series.length > 1 && <span className="muted">{name}</span>}
          <strong className="number">{describePoint(findPoint(points, step))}</strong>
        </span>
      ))}
    </p>
  );
}

interface DrawingProps {
  readonly series: readonly LossSeries[];
  readonly range: StepRange;
  readonly cursor: number;
  readonly steps: readonly number[];
  readonly onCursor: (step: number) => void;
}

/** The drawing with its cursor: a native range input over the reported steps; the pointer moves it too. */
function Drawing({ series, range, cursor, steps, onCursor }: DrawingProps) {
  const [ref, width] = useWidth();
  const follow = ({ currentTarget, clientX }: PointerEvent<HTMLElement>): void => {
    const { left, width: full } = currentTarget.getBoundingClientRect();
    const inner = full - PLOT_SIDES.left - PLOT_SIDES.right;
    const step = range.from + ((clientX - left - PLOT_SIDES.left) / inner) * (range.to - range.from);
    onCursor(steps.findLast((each) => each <= step) ?? steps[0] ?? cursor);
  };
  return (
    <>
      <div ref={ref} className={styles.drawing} onPointerMove={follow} onPointerDown={follow}>
        {width > 0 && <Plot {...{ series, range, cursor, width }} height={HEIGHT} />}
      </div>
      <input
        type="range"
        className={styles.range}
        aria-label="Step"
        aria-valuetext={describeCursor(series, cursor)}
        min={range.from}
        max={range.to}
        value={cursor}
        onChange={(event) => onCursor(findStep(steps, cursor, Number(event.target.value)))}
      />
    </>
  );
}

/** The reported step nearest to a value of the input; a small move of a key leads to the next report in its direction. */
function findStep(steps: readonly number[], from: number, to: number): number {
  const ahead = steps.filter((step) => (to > from ? step > from : step < from));
  return ahead.reduce(
    (best, step) => (Math.abs(step - to) < Math.abs(best - to) ? step : best),
    ahead[0] ?? from,
  );
}

interface ZoomButtonsProps {
  readonly zoomed: boolean;
  readonly zoom: (factor: number) => void;
  readonly onWhole: () => void;
}

function ZoomButtons({ zoomed, zoom, onWhole }: ZoomButtonsProps) {
  const whole = zoomed ? undefined : 'the whole curve is visible';
  return (
    <div className={styles.zoom}>
      <Button kind="quiet" label="Zoom in around the cursor" onClick={() => zoom(0.5)}>
        <ZoomIn size={16} aria-hidden />
      </Button>
      <Button kind="quiet" label="Zoom out" unavailable={whole} onClick={() => zoom(2)}>
        <ZoomOut size={16} aria-hidden />
      </Button>
      <Button kind="quiet" label="Show the whole curve" unavailable={whole} onClick={onWhole}>
        <Maximize2 size={16} aria-hidden />
      </Button>
    </div>
  );
}
