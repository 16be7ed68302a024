import { type HyperparameterName, type Hyperparameters, omitUndefined } from '@trainyard/domain';
import {
  findNodesByClass,
  getLiteral,
  getLiteralNumber,
  isLink,
  type NodeInputs,
  type Workflow,
  withInputs,
} from './workflow.ts';
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

/** The upper bound of the steps of a loop (docs/training-nodes.md). */
const MAX_STEPS_PER_LOOP = 10_000;

/**
 * Sets the steps of the graph's loop. Above 10 000 steps, further loops follow it, the last of them with the remainder,
 * because a step too many would train a whole extra epoch.
 */
export function withSteps(workflow: Workflow, steps: number): Workflow {
  const [first = ''] = findNodesByClass(workflow, 'FluxTrainLoop');
  const [head = 0, ...rest] = splitSteps(steps);
  let graph = withInputs(workflow, { [first]: { steps: head } });
  let last = first;
  for (const part of rest) {
    const id = findFreeId(graph, first);
    graph = insertLoop(graph, { id, after: last, steps: part });
    last = id;
  }
  return graph;
}

function splitSteps(steps: number): readonly number[] {
  const full = Math.floor(steps / MAX_STEPS_PER_LOOP);
  const remainder = steps % MAX_STEPS_PER_LOOP;
  return [...Array<number>(full).fill(MAX_STEPS_PER_LOOP), ...(remainder > 0 ? [remainder] : [])];
}

/** A free id that is the same for the same graph, because a warm worker caches by node id. */
function findFreeId(workflow: Workflow, loop: string): string {
  let number = 2;
  while (Object.hasOwn(workflow, `${loop}0${number}`)) number += 1;
  return `${loop}0${number}`;
}

interface Insertion {
  readonly id: string;
  readonly after: string;
  readonly steps: number;
}

function insertLoop(workflow: Workflow, { id, after, steps }: Insertion): Workflow {
  const rewired = Object.entries(workflow).map(([key, node]) => {
    const link = node.inputs['network_trainer'];
    const follows = isLink(link) && link[0] === after;
    return [key, follows ? { ...node, inputs: { ...node.inputs, network_trainer: [id, 0] } } : node] as const;
  });
  const loop = { class_type: 'FluxTrainLoop', inputs: { network_trainer: [after, 0], steps } };
  return { ...Object.fromEntries(rewired), [id]: loop };
}

/** Limits the averaging window of the loss plot to a tenth of the steps; a larger window flattens or shifts the curve. */
export function withPlotWindows(workflow: Workflow, steps: number): Workflow {
  const largest = Math.floor(steps / 10);
  const windows = findNodesByClass(workflow, 'VisualizeLoss').map((id) => {
    const wanted = getLiteralNumber(workflow, id, 'window_size') ?? largest;
    return [id, { window_size: Math.min(wanted, largest) }] as const;
  });
  return withInputs(workflow, Object.fromEntries(windows));
}
