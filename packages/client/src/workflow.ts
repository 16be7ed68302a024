import {
  type BuiltWorkflow,
  buildWorkflow as buildFrom,
  loadWorkflowTemplate,
  type ModelFiles,
  type NodeInputs,
} from '@trainyard/comfyui';
import {
  type Mode,
  type PolicyName,
  parseHyperparameterSettings,
  type Resolution,
  resolveHyperparameters,
  toSubjectKind,
} from '@trainyard/domain';

/** Options of `buildWorkflow`, with the fields of the legacy `LoRATrainingWorkflow`. */
export interface WorkflowOptions extends Omit<HyperparamOptions, 'overrides'> {
  readonly classTokens: string;
  readonly trainingType: Mode;
  /** Number of images, which the policy uses; 10 by default. */
  readonly imageCount?: number;
  readonly learningRate?: number;
  readonly maxTrainSteps?: number;
  /** Further hyperparameters by name, for example `{ network_dim: 32 }`. They outrank the policy. */
  readonly hyperparameters?: Readonly<Record<string, unknown>>;
  /** Inputs of single nodes, for example `{ "109": { batch_size: 4 } }`. They outrank hyperparameters. */
  readonly nodes?: NodeInputs;
  /** Name of the template; `lora_training_workflow_headless` by default. */
  readonly template?: string;
  /** File name of the model without extension; `classTokens` by default. */
  readonly outputName?: string;
  readonly samplePrompts?: readonly string[];
  readonly validation?: boolean;
  /** Files of the base model, as the container names them. */
  readonly models?: ModelFiles;
}

const DEFAULT_IMAGE_COUNT = 10;
const DATASET_DIR = '/training_data';
const OUTPUT_DIR = '/training_output';

/**
 * Builds a workflow for the body of `POST /api/training/start`. The server replaces dataset and output folders, so that runs
 * stay separate. Throws HyperparameterError when a value is out of bounds, WorkflowError (with node, input, value and bound)
 * when a node would refuse the workflow, and WorkflowTemplateError when the template does not exist.
 */
export async function buildWorkflow(options: WorkflowOptions): Promise<BuiltWorkflow> {
  const { classTokens, trainingType, learningRate, maxTrainSteps, nodes, outputName, ...rest } = options;
  const overrides = {
    ...options.hyperparameters,
    learning_rate: learningRate,
    max_train_steps: maxTrainSteps,
  };
  const { hyperparameters } = computeHyperparams(trainingType, options.imageCount ?? DEFAULT_IMAGE_COUNT, {
    ...rest,
    overrides,
  });
  const { workflow: template } = await loadWorkflowTemplate(options.template);
  return buildFrom({
    template,
    hyperparameters,
    trigger: classTokens,
    samplePrompts: options.samplePrompts,
    validation: options.validation ?? false,
    models: options.models,
    datasetDir: DATASET_DIR,
    outputDir: OUTPUT_DIR,
    outputName: outputName ?? classTokens,
    overrides: nodes,
  });
}

/** Options of `computeHyperparams`. */
export interface HyperparamOptions {
  /** Policy; `image-count`, the rule of the legacy tools, by default. */
  readonly policy?: PolicyName;
  /** Hyperparameters by name (`learning_rate`, `network_dim`, …) that outrank the policy. */
  readonly overrides?: Readonly<Record<string, unknown>>;
  /** Source of the `SB_HP_*` settings, for example `process.env`; without it their defaults apply. */
  readonly env?: Readonly<Record<string, string | undefined>>;
}

/**
 * Computes the hyperparameters of a number of images with the policies of the server, without a request
 * (docs/concepts/hyperparameters.md). Throws HyperparameterError for zero images or a value out of bounds.
 */
export function computeHyperparams(
  mode: Mode,
  imageCount: number,
  { policy = 'image-count', overrides, env }: HyperparamOptions = {},
): Resolution {
  return resolveHyperparameters({
    kind: toSubjectKind(mode),
    imageCount,
    policy,
    overrides,
    ...(env && { settings: parseHyperparameterSettings(env) }),
  });
}
