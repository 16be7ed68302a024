import type { HyperparameterName, Hyperparameters } from '@trainyard/domain';
import { findNodesByClass, getLiteral, type NodeInputs, type Workflow } from '../workflow/workflow.ts';

/** Which node class holds each hyperparameter; the input has the same name (node reference, section 9). */
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

/** The inputs that hyperparameters become, by node id. */
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
 * The hyperparameters a graph really trains with. One is left out where the graph has none of its own (another
 * optimizer node, a link) or where several nodes disagree, as with datasets of several resolutions.
 */
export function readHyperparameters(workflow: Workflow): Partial<Hyperparameters> {
  const found = NAMES.map((name) => {
    const ids = findNodesByClass(workflow, HYPERPARAMETER_CLASSES[name]);
    const values = new Set(ids.map((id) => getLiteral(workflow, id, name)));
    return [name, values.size === 1 ? [...values][0] : undefined] as const;
  });
  return Object.fromEntries(found.filter(([, value]) => value !== undefined));
}
