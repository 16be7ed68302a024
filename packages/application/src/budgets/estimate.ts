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

/** Time and money of one training, before the fact. */
export async function estimateTraining(
  deps: EstimateDeps,
  hyperparameters: Hyperparameters,
): Promise<TrainingEstimate> {
  return (await createEstimator(deps))(hyperparameters);
}

/** Which speed is learned: that of the GPU, or of the endpoint where its GPU is not named (SPEC §9). */
export function getPool({ price, endpointId }: Pick<ApplicationSettings, 'price' | 'endpointId'>): string {
  return price?.gpuType ?? endpointId;
}

/** Time and money before the fact, and how much they stand on. */
export interface TrainingEstimate extends Estimate {
  readonly basis: EstimateBasis;
  /** Finished runs that it was learned from. */
  readonly samples: number;
  readonly pool: string;
}

/** Estimates with what is known now; asked once for many trainings. */
export type Estimator = (hyperparameters: Hyperparameters) => TrainingEstimate;

/** Reads what this pool's finished runs taught. */
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
