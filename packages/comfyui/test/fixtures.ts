import type { Hyperparameters } from '@trainyard/domain';
import { buildWorkflow, type WorkflowRequest } from '../src/build-workflow.ts';
import { WorkflowError, type WorkflowIssue } from '../src/errors.ts';
import { loadWorkflowTemplate } from '../src/template.ts';
import { validateWorkflow } from '../src/validation/validate.ts';
import type { Workflow } from '../src/workflow.ts';

/** Preset B, the hyperparameters of `flux-presets` for 23 images. */
export const HYPERPARAMETERS: Hyperparameters = {
  learning_rate: 0.00025,
  max_train_steps: 2000,
  network_dim: 16,
  network_alpha: 8,
  batch_size: 1,
  num_repeats: 2,
  optimizer_type: 'adamw8bit',
  lr_scheduler: 'cosine',
  lr_warmup_steps: 400,
  lr_scheduler_num_cycles: 1,
  lr_scheduler_power: 1,
  max_grad_norm: 1,
  gradient_dtype: 'bf16',
  save_dtype: 'bf16',
  flip_aug: false,
  width: 1024,
  height: 1024,
  enable_bucket: true,
  bucket_no_upscale: false,
  min_bucket_reso: 256,
  max_bucket_reso: 1024,
  timestep_sampling: 'shift',
  discrete_flow_shift: 3.1582,
  guidance_scale: 1,
  fp8_base: true,
  gradient_checkpointing: 'enabled',
  blocks_to_swap: 0,
};

/** The template of the repository. */
export const TEMPLATE: Workflow = (await loadWorkflowTemplate()).workflow;

export const REQUEST: WorkflowRequest = {
  template: TEMPLATE,
  hyperparameters: HYPERPARAMETERS,
  trigger: 'style_16',
  validation: true,
  datasetDir: '/training_data',
  outputDir: '/output/t1/attempt-1',
  outputName: 'style_16_v1.0',
};

/** Builds the default training with changed hyperparameters and a changed request. */
export function buildFixture(
  hp: Partial<Hyperparameters> = {},
  rest: Partial<WorkflowRequest> = {},
): Workflow {
  return buildWorkflow({ ...REQUEST, ...rest, hyperparameters: { ...HYPERPARAMETERS, ...hp } }).workflow;
}

/** Collects the issues of the WorkflowError that a function throws; empty without an error. */
export function collectIssues(refused: () => unknown): readonly WorkflowIssue[] {
  try {
    refused();
  } catch (error) {
    if (error instanceof WorkflowError) return error.issues;
    throw error;
  }
  throw new Error('not refused');
}

/** The default workflow with changed inputs of a node; undefined removes an input. */
export function withChangedInputs(
  node: string,
  inputs: Record<string, unknown>,
  from: Workflow = buildFixture(),
): Workflow {
  const before = from[node];
  if (before === undefined) throw new Error(`no node ${node}`);
  const kept = Object.entries({ ...before.inputs, ...inputs }).filter(([, value]) => value !== undefined);
  return { ...from, [node]: { ...before, inputs: Object.fromEntries(kept) } };
}

/** The default workflow with an additional node. */
export function withNode(id: string, class_type: string, inputs: Record<string, unknown>): Workflow {
  return { ...buildFixture(), [id]: { class_type, inputs } };
}

/** Faults of a workflow in the form `node.input code`. */
export function listFaults(workflow: unknown): readonly string[] {
  return validateWorkflow(workflow).map(({ node, input, code }) =>
    [[node, input].filter((part) => part !== undefined).join('.'), code]
      .filter((part) => part !== '')
      .join(' '),
  );
}
