import {
  countSamplePictures,
  type Estimate,
  type EstimateBasis,
  estimate,
  learnEstimateBasis,
  type TrainingRequest,
  toShape,
} from '@trainyard/domain';
import type { ApplicationSettings, Deps } from '../deps.ts';

type EstimateDeps = Pick<Deps, 'budgets' | 'settings'>;

/** The part of a request that determines duration and cost. */
type EstimatedRequest = Pick<TrainingRequest, 'hyperparameters' | 'validation' | 'samplePrompts'>;

/** Estimates the duration and the cost of an attempt of a training before it runs, its sample pictures included. */
export async function estimateTraining(
  deps: EstimateDeps,
  request: EstimatedRequest,
): Promise<TrainingEstimate> {
  return (await createEstimator(deps))(request);
}

/**
 * Returns the key under which speeds of finished runs are learned: the GPU type, or the endpoint if
 * `GPU_TYPE` is not set (docs/concepts/budgets.md).
 */
export function getPool({
  gpuType,
  endpointId,
}: Pick<ApplicationSettings, 'gpuType' | 'endpointId'>): string {
  return gpuType ?? endpointId;
}

/** Estimated duration (seconds) and cost (USD) of an attempt, and the data that it is based on. */
export interface TrainingEstimate extends Estimate {
  readonly basis: EstimateBasis;
  /**
   * Number of finished runs from which the speed was learned; 0 if the defaults of the settings are used.
   */
  readonly samples: number;
  /** GPU type or endpoint id of the learned speed. */
  readonly pool: string;
}

/** Estimates many trainings from a single read of the learned speeds. */
export type Estimator = (request: EstimatedRequest) => TrainingEstimate;

/**
 * Reads the pace samples of the current pool and returns a function that estimates without further reads.
 */
export async function createEstimator({ budgets, settings }: EstimateDeps): Promise<Estimator> {
  const pool = getPool(settings);
  const paceSamples = await budgets.listPaceSamples(pool);
  return (request) => {
    const { hyperparameters } = request;
    const { samples, ...basis } = learnEstimateBasis(
      settings.estimate,
      paceSamples,
      toShape(hyperparameters),
    );
    const expected = estimate(hyperparameters.max_train_steps, basis, countSamplePictures(request));
    return { ...expected, basis, samples, pool };
  };
}
