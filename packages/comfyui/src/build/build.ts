import type { Hyperparameters } from '@trainyard/domain';
import { requireValid } from '../validation/validate.ts';
import { findNodesByClass, type NodeInputs, type Workflow, withInputs } from '../workflow/workflow.ts';
import { hyperparameterInputs, readHyperparameters } from './hyperparameter-inputs.ts';
import { withPlotWindows, withSteps } from './loops.ts';
import { withOverrides } from './overrides.ts';
import { joinPrompts } from './prompts.ts';
import { withoutValidation } from './validation-nodes.ts';

/** Names of the base model's files as the container lists them (settings `FLUX_TRANSFORMER` …, SPEC §4). */
export interface ModelFiles {
  readonly transformer: string;
  readonly vae: string;
  readonly clip_l: string;
  readonly t5: string;
}

/** The usual names; every container has its own list. */
export const DEFAULT_MODEL_FILES: ModelFiles = {
  transformer: 'flux1-dev-fp8.safetensors',
  vae: 'ae.safetensors',
  clip_l: 'clip_l.safetensors',
  t5: 't5xxl_fp8_e4m3fn.safetensors',
};

/** Everything a workflow is built from. */
export interface WorkflowRequest {
  /** A template as `loadWorkflowTemplate` gives it. */
  readonly template: Workflow;
  readonly hyperparameters: Hyperparameters;
  readonly trigger: string;
  /** Put before every caption; the trigger unless given. Send "" when the captions hold the trigger already. */
  readonly classTokens?: string | undefined;
  /** Prompts of the validation images; the trigger alone unless given. */
  readonly samplePrompts?: readonly string[] | undefined;
  /** Whether sample images are made at the end. */
  readonly validation: boolean;
  readonly models?: ModelFiles | undefined;
  /** Where the container puts the images: an absolute path (setting `CONTAINER_DATASET_DIR`). */
  readonly datasetDir: string;
  /** An absolute path of this attempt's own. */
  readonly outputDir: string;
  /** The model's name. The nodes append rank and type: `{outputName}_rank16_bf16.safetensors`. */
  readonly outputName: string;
  /** A caller's values per node, e.g. `{ "109": { batch_size: 4 } }`. */
  readonly overrides?: NodeInputs | undefined;
}

/** A workflow fit to be sent. */
export interface BuiltWorkflow {
  readonly workflow: Workflow;
  /** What it really trains with, overrides per node included. */
  readonly hyperparameters: Hyperparameters;
}

/**
 * Builds a training workflow from a template (SPEC §4) and validates it. Pure: the same request gives the same
 * graph. Thrown when anything in it would be refused or fail: `WorkflowError`, with node, input, value and bound.
 */
export function buildWorkflow(request: WorkflowRequest): BuiltWorkflow {
  const { hyperparameters: hp, template, validation } = request;
  const shaped = withPlotWindows(
    withSteps(validation ? template : withoutValidation(template), hp.max_train_steps),
    hp.max_train_steps,
  );
  const filled = withInputs(
    withInputs(shaped, hyperparameterInputs(shaped, hp)),
    requestInputs(shaped, request),
  );
  const workflow = requireValid(withOverrides(filled, request.overrides ?? {}));
  return { workflow, hyperparameters: { ...hp, ...readHyperparameters(workflow) } };
}

function requestInputs(workflow: Workflow, request: WorkflowRequest): NodeInputs {
  const { trigger, models = DEFAULT_MODEL_FILES } = request;
  const prompts = joinPrompts(request.samplePrompts ?? [trigger]);
  const byClass: Readonly<Record<string, Readonly<Record<string, unknown>>>> = {
    FluxTrainModelSelect: { ...models },
    TrainDatasetGeneralConfig: { reset_on_queue: true },
    TrainDatasetAdd: {
      dataset_path: request.datasetDir.trim(),
      class_tokens: (request.classTokens ?? trigger).trim(),
    },
    InitFluxLoRATraining: {
      output_name: request.outputName,
      output_dir: request.outputDir,
      sample_prompts: prompts,
    },
    SaveImage: { filename_prefix: request.outputName },
  };
  const entries = Object.entries(byClass).flatMap(([classType, inputs]) =>
    findNodesByClass(workflow, classType).map((id) => [id, inputs] as const),
  );
  return Object.fromEntries(entries);
}
