import {
  type Estimate,
  type EstimateBasis,
  estimate,
  type Hyperparameters,
  learnEstimateBasis,
  toShape,
} from '@trainyard/domain';
import type { ApplicationSettings, Deps } from '../deps.ts';

type EstimateDeps = Pick<Deps, 'budgets' | 'settings'>;

/** Estimates the duration and the cost of an attempt of a training before it runs. */
export async function estimateTraining(
  deps: EstimateDeps,
  hyperparameters: Hyperparameters,
): Promise<TrainingEstimate> {
  return (await createEstimator(deps))(hyperparameters);
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
export type Estimator = (hyperparameters: Hyperparameters) => TrainingEstimate;

/**
 * Reads the pace samples of the current pool and returns a function that estimates without further reads.
 */
export async function createEstimator({ budgets, settings }: EstimateDeps): Promise<Estimator> {
  const pool = getPool(settings);
  const paceSamples = await budgets.listPaceSamples(pool);
  return (hyperparameters) => {
    const { samples, ...basis } = learnEstimateBasis(
      settings.estimate,
      paceSamples,
      toShape(hyperparameters),
    );
    return { ...estimate(hyperparameters.max_train_steps, basis), basis, samples, pool };
  };
}
