import { type HyperparameterName, type Hyperparameters, omitUndefined } from '@trainyard/domain';
import { findNodesByClass, getLiteral, type NodeInputs, type Workflow } from '../workflow.ts';

/** The node class of each hyperparameter; the input has the same name (docs/training-nodes.md). */
export const HYPERPARAMETER_CLASSES: Readonly<Record<HyperparameterName, string>> = {
  learning_rate: 'InitFluxLoRATraining',
  max_train_steps: 'InitFluxLoRATraining',
  network_dim: 'InitFluxLoRATraining',
  network_alpha: 'InitFluxLoRATraining',
  gradient_dtype: 'InitFluxLoRATraining',
  save_dtype: 'InitFluxLoRATraining',
  timestep_sampling: 'InitFluxLoRATraining',
  discrete_flow_shift: 'InitFluxLoRATraining',
  guidance_scale: 'InitFluxLoRATraining',
  fp8_base: 'InitFluxLoRATraining',
  gradient_checkpointing: 'InitFluxLoRATraining',
  blocks_to_swap: 'InitFluxLoRATraining',
  optimizer_type: 'OptimizerConfig',
  lr_scheduler: 'OptimizerConfig',
  lr_warmup_steps: 'OptimizerConfig',
  lr_scheduler_num_cycles: 'OptimizerConfig',
  lr_scheduler_power: 'OptimizerConfig',
  max_grad_norm: 'OptimizerConfig',
  flip_aug: 'TrainDatasetGeneralConfig',
  batch_size: 'TrainDatasetAdd',
  num_repeats: 'TrainDatasetAdd',
  width: 'TrainDatasetAdd',
  height: 'TrainDatasetAdd',
  enable_bucket: 'TrainDatasetAdd',
  bucket_no_upscale: 'TrainDatasetAdd',
  min_bucket_reso: 'TrainDatasetAdd',
  max_bucket_reso: 'TrainDatasetAdd',
};

const NAMES = Object.keys(HYPERPARAMETER_CLASSES) as readonly HyperparameterName[];

/** The node inputs of the hyperparameters, by node id. */
export function hyperparameterInputs(workflow: Workflow, hp: Hyperparameters): NodeInputs {
  const inputs: Record<string, Record<string, unknown>> = {};
  for (const name of NAMES) {
    for (const id of findNodesByClass(workflow, HYPERPARAMETER_CLASSES[name])) {
      inputs[id] = { ...inputs[id], [name]: hp[name] };
    }
  }
  return inputs;
}

/**
 * Reads the effective hyperparameters of a graph. A hyperparameter is absent when the graph has no literal value for it
 * (a different optimizer node, a link), and when several nodes disagree, e.g. datasets of different resolutions.
 */
export function readHyperparameters(workflow: Workflow): Partial<Hyperparameters> {
  const found = NAMES.map((name) => {
    const ids = findNodesByClass(workflow, HYPERPARAMETER_CLASSES[name]);
    const values = new Set(ids.map((id) => getLiteral(workflow, id, name)));
    return [name, values.size === 1 ? [...values][0] : undefined] as const;
  });
  return omitUndefined(Object.fromEntries(found));
}
