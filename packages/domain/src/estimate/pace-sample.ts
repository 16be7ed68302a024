import type { EstimateBasis } from './estimate.ts';

/** What one finished run teaches of the speed of its pool. */
export interface PaceSample {
  readonly trainingId: string;
  /** Epoch ms; the newest count. */
  readonly at: number;
  readonly steps: number;
  readonly executionSeconds: number;
  /** From submission to the worker's first second of work; absent where the provider did not tell. */
  readonly delaySeconds?: number;
  /** What one step works on: runs of one shape are comparable. */
  readonly shape: string;
}

/** What decides how long a step takes on a given GPU. */
interface Workload {
  readonly batch_size: number;
  readonly width: number;
  readonly height: number;
}

/** Batch and resolution in one word. */
export function toShape({ batch_size, width, height }: Workload): string {
  return `${batch_size}x${width}x${height}`;
}

/** Shorter runs are mostly loading: they tell nothing of a step. */
export const MIN_SAMPLE_STEPS = 100;
/** How many of a shape are enough to leave the other shapes aside. */
const MIN_SHAPE_SAMPLES = 3;
/** How many samples the seed's doubt weighs. */
const PRIOR_WEIGHT = 3;
const PRIOR_SPREAD = 1 / 3;
const MIN_SPREAD = 0.05;
/** Makes a median deviation comparable to a standard deviation; twice that holds nearly all. */
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
 * The figures of a pool, learned from its finished runs: the median of the seed and the samples, so that neither one
 * strange run nor the seed decides for long. The range narrows as samples that agree come in (SPEC §9).
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
