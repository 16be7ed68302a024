import type { EstimateBasis } from './estimate.ts';

/** Speed of a run, measured from its progress reports. Times are epoch ms. */
export interface Pace {
  /** The first report since the start or the last restart of the run. */
  readonly first: Report;
  /** The last report with a new step. */
  readonly last: Report;
  /** Number of measured spans between reports. */
  readonly spans: number;
  /** Smoothed time per step; absent until two reports differ. */
  readonly msPerStep?: number;
  /** Smoothed relative deviation of the single spans from `msPerStep`. */
  readonly deviation?: number;
  /** The last span counts as a pause: sample images, a checkpoint, or a model that is loaded. */
  readonly paused?: true;
}

interface Report {
  readonly step: number;
  readonly at: number;
}

/** Remaining time of a run in ms, with its range. */
export interface Remaining {
  readonly ms: number;
  readonly lowMs: number;
  readonly highMs: number;
}

const SMOOTHING = 0.3;
/** A span that is slower than the pace by this factor is a pause; two consecutive slow spans are the new pace. */
const PAUSE_FACTOR = 3;
const STABLE_STEPS = 20;
const STABLE_MS = 30_000;
const STABLE_SPANS = 3;
/** Lower bound of the deviation, however uniform the spans were. */
const SMALLEST_DEVIATION = 0.05;
const SILENT_MS = 60_000;

/**
 * Updates the pace with a progress report. A lower step than before is a restart and starts a new measurement; a report
 * without a new step, or with an earlier time, changes nothing.
 */
export function updatePace(pace: Pace | undefined, report: Report): Pace {
  if (!pace || report.step < pace.last.step) return { first: report, last: report, spans: 0 };
  if (report.step === pace.last.step || report.at <= pace.last.at) return pace;
  return measurePace(pace, report);
}

function smooth(before: number | undefined, now: number): number {
  return before === undefined ? now : before + SMOOTHING * (now - before);
}

function measurePace(pace: Pace, report: Report): Pace {
  const { paused: _, ...rest } = pace;
  const span = (report.at - pace.last.at) / (report.step - pace.last.step);
  const { msPerStep } = pace;
  if (msPerStep !== undefined && !pace.paused && span > PAUSE_FACTOR * msPerStep)
    return { ...rest, last: report, paused: true };
  const next = smooth(msPerStep, span);
  return {
    ...rest,
    last: report,
    spans: pace.spans + 1,
    msPerStep: next,
    ...(msPerStep !== undefined && {
      deviation: smooth(pace.deviation, Math.abs(span - msPerStep) / Math.max(msPerStep, 1)),
    }),
  };
}

function isStable({ first, last, spans }: Pace): boolean {
  return spans >= STABLE_SPANS && last.step - first.step >= STABLE_STEPS && last.at - first.at >= STABLE_MS;
}

/** A run without a report for 60 s, and for twice the mean interval of its reports, has an unknown state. */
function isSilent({ first, last, spans }: Pace, now: number): boolean {
  return now - last.at > Math.max(SILENT_MS, (2 * (last.at - first.at)) / Math.max(spans, 1));
}

/**
 * Estimates the remaining time of a run. Undefined until the pace is stable (20 steps, 30 s and three spans) and while
 * the run is silent, because a wrong time is worse than an absent time.
 */
export function estimateRemaining(
  pace: Pace | undefined,
  { totalSteps, now }: { readonly totalSteps: number; readonly now: number },
): Remaining | undefined {
  if (pace?.msPerStep === undefined || !isStable(pace) || isSilent(pace, now)) return undefined;
  const fullMs = Math.max(0, totalSteps - pace.last.step) * pace.msPerStep;
  const withoutElapsed = (ms: number): number => Math.max(0, ms - (now - pace.last.at));
  const share = Math.min(1, Math.max(SMALLEST_DEVIATION, pace.deviation ?? 1));
  return {
    ms: withoutElapsed(fullMs),
    lowMs: withoutElapsed(fullMs * (1 - share)),
    highMs: withoutElapsed(fullMs * (1 + share)),
  };
}

/**
 * Why {@link estimateRemaining} withholds the remaining time: `silent` without recent reports, `not_stable` until the
 * pace is measured; undefined when the time is known.
 */
export function findWithheldReason(pace: Pace | undefined, now: number): 'not_stable' | 'silent' | undefined {
  if (pace && isSilent(pace, now)) return 'silent';
  return pace?.msPerStep === undefined || !isStable(pace) ? 'not_stable' : undefined;
}

/** A finished run as a sample of the speed of its pool. */
export interface PaceSample {
  readonly trainingId: string;
  /** Time of the end, epoch ms; only the newest samples of a pool are kept. */
  readonly at: number;
  readonly steps: number;
  readonly executionSeconds: number;
  /** Time from submission to the start of the execution; absent when the provider did not report it. */
  readonly delaySeconds?: number;
  /** Batch size and resolution of a step: runs of the same shape have comparable steps. */
  readonly shape: string;
}

/** The hyperparameters that determine the duration of a step on a given GPU. */
interface Workload {
  readonly batch_size: number;
  readonly width: number;
  readonly height: number;
}

/** Formats batch size and resolution as `<batch>x<width>x<height>`. */
export function toShape({ batch_size, width, height }: Workload): string {
  return `${batch_size}x${width}x${height}`;
}

/** Shorter runs consist mostly of loading, so they are no samples. */
export const MIN_SAMPLE_STEPS = 100;
/** Number of samples of the same shape from which samples of other shapes are ignored. */
const MIN_SHAPE_SAMPLES = 3;
/** Weight of the default spread, in samples. */
const PRIOR_WEIGHT = 3;
const PRIOR_SPREAD = 1 / 3;
const MIN_SPREAD = 0.05;
/** Converts a median absolute deviation to two standard deviations. */
const MAD_TO_RANGE = 2 * 1.4826;

function median(numbers: readonly number[]): number {
  const sorted = numbers.toSorted((a, b) => a - b);
  const [low = 0, high = 0] = [sorted[(sorted.length - 1) >> 1], sorted[sorted.length >> 1]];
  return (low + high) / 2;
}

function calculateSpread(paces: readonly number[], centre: number): number {
  const deviation = median(paces.map((pace) => Math.abs(pace - centre))) / centre;
  const observed = paces.length * deviation * MAD_TO_RANGE;
  return Math.max(MIN_SPREAD, (PRIOR_WEIGHT * PRIOR_SPREAD + observed) / (PRIOR_WEIGHT + paces.length));
}

/**
 * Learns the figures of a pool from its finished runs: the median of the default and the samples, so that neither an
 * outlier nor the default dominates. The range narrows with each sample that agrees (docs/concepts/budgets.md).
 */
export function learnEstimateBasis(
  prior: EstimateBasis,
  samples: readonly PaceSample[],
  shape: string,
): EstimateBasis & { readonly samples: number } {
  const sameShape = samples.filter((sample) => sample.shape === shape);
  const used = sameShape.length >= MIN_SHAPE_SAMPLES ? sameShape : samples;
  if (used.length === 0) return { ...prior, samples: 0 };
  const paces = used.map(({ executionSeconds, steps }) => executionSeconds / steps);
  const delays = used.flatMap(({ delaySeconds }) => (delaySeconds === undefined ? [] : [delaySeconds]));
  const secondsPerStep = median([prior.secondsPerStep, ...paces]);
  return {
    ...prior,
    secondsPerStep,
    coldStartSeconds: median([prior.coldStartSeconds, ...delays]),
    spread: calculateSpread(paces, secondsPerStep),
    samples: used.length,
  };
}
