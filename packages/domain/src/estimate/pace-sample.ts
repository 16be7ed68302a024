import type { EstimateBasis } from './estimate.ts';

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
