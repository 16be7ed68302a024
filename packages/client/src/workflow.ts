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

/** What a workflow is built for (seed 000, `LoRATrainingWorkflow`). */
export interface WorkflowOptions extends Omit<HyperparamOptions, 'overrides'> {
  readonly classTokens: string;
  readonly trainingType: Mode;
  /** Decides what is not given; 10 unless said. */
  readonly imageCount?: number;
  readonly learningRate?: number;
  readonly maxTrainSteps?: number;
  /** Further hyperparameters by the nodes' names, e.g. `{ network_dim: 32 }`. */
  readonly hyperparameters?: Readonly<Record<string, unknown>>;
  /** Values per node, e.g. `{ "109": { batch_size: 4 } }`. */
  readonly nodes?: NodeInputs;
  /** The name of a template; `lora_training_workflow_headless` unless said. */
  readonly template?: string;
  /** What the nodes name the model's file. */
  readonly outputName?: string;
  readonly samplePrompts?: readonly string[];
  readonly validation?: boolean;
  /** The base model's files as the container lists them. */
  readonly models?: ModelFiles;
}

const DEFAULT_IMAGE_COUNT = 10;
const DATASET_DIR = '/training_data';
const OUTPUT_DIR = '/training_output';

/**
 * Builds a workflow fit for the body of `POST /api/training/start`; the server sets what keeps runs apart itself.
 * Thrown when a value is out of bounds: `HyperparameterError`; when the graph would be refused by the nodes:
 * `WorkflowError` with node, input, value and bound; when there is no such template: `WorkflowTemplateError`.
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

/** What hyperparameters are computed by, beyond the mode and the number of images. */
export interface HyperparamOptions {
  /** Seed 000's own rule, `image-count`, unless another policy is named. */
  readonly policy?: PolicyName;
  /** Values that win over the policy's, by the nodes' names (`learning_rate`, `network_dim`, …). */
  readonly overrides?: Readonly<Record<string, unknown>>;
  /** Where `SB_HP_*` are read from, e.g. `process.env`; without it their defaults count. */
  readonly env?: Readonly<Record<string, string | undefined>>;
}

/**
 * Hyperparameters for a number of images by the rules that the server has, computed here (seed 000,
 * `compute_hyperparams`). Thrown when there are no images or a value is out of bounds: `HyperparameterError`.
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
