import type { Hyperparameters } from '@trainyard/domain';
import { WorkflowError, type WorkflowIssue } from '../errors.ts';
import { requireValid } from '../validation/validate.ts';
import { findNodesByClass, type NodeInputs, type Workflow, withInputs } from '../workflow.ts';
import { hyperparameterInputs, readHyperparameters } from './hyperparameter-inputs.ts';
import { withPlotWindows, withSteps } from './loops.ts';
import { withOverrides } from './overrides.ts';
import { withoutValidation } from './validation-nodes.ts';

/** File names of the base model as the container lists them (settings `FLUX_TRANSFORMER` …, docs/settings.md). */
export interface ModelFiles {
  readonly transformer: string;
  readonly vae: string;
  readonly clip_l: string;
  readonly t5: string;
}

/** The file names of the reference container. */
export const DEFAULT_MODEL_FILES: ModelFiles = {
  transformer: 'flux1-dev-fp8.safetensors',
  vae: 'ae.safetensors',
  clip_l: 'clip_l.safetensors',
  t5: 't5xxl_fp8_e4m3fn.safetensors',
};

/** The input of {@link buildWorkflow}. */
export interface WorkflowRequest {
  /** The graph of a template. */
  readonly template: Workflow;
  readonly hyperparameters: Hyperparameters;
  readonly trigger: string;
  /** Prefix of every caption; the trigger by default. Empty when the captions already hold the trigger. */
  readonly classTokens?: string | undefined;
  /** Prompts of the validation images; the trigger by default. */
  readonly samplePrompts?: readonly string[] | undefined;
  /** Whether the training ends with validation images. */
  readonly validation: boolean;
  readonly models?: ModelFiles | undefined;
  /** The folder in which the container stores the images: an absolute path (setting `CONTAINER_DATASET_DIR`). */
  readonly datasetDir: string;
  /** An absolute path that only this attempt uses. */
  readonly outputDir: string;
  /** Name of the model. The nodes append rank and type: `{outputName}_rank16_bf16.safetensors`. */
  readonly outputName: string;
  /** Input values of the caller per node, e.g. `{ "109": { batch_size: 4 } }`. */
  readonly overrides?: NodeInputs | undefined;
}

/** A valid workflow, ready for submission. */
export interface BuiltWorkflow {
  readonly workflow: Workflow;
  /** The effective hyperparameters, overrides per node included. */
  readonly hyperparameters: Hyperparameters;
}

/**
 * Builds a training workflow from a template and validates it. Pure: the same request gives the same graph. Throws
 * {@link WorkflowError} with node, input, value and bound of every value that ComfyUI would reject or that would fail.
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

/**
 * Joins sample prompts with the separator of the trainer. Throws {@link WorkflowError} without a prompt, and for a prompt
 * that the sampler would cut, drop or parse as options.
 */
function joinPrompts(prompts: readonly string[]): string {
  const trimmed = prompts.map((prompt) => prompt.trim());
  const issues = trimmed.map(checkPrompt).filter((issue) => issue !== undefined);
  if (trimmed.length === 0) issues.push(promptIssue('', 'at least one prompt is needed'));
  if (issues.length > 0) throw new WorkflowError(issues);
  return trimmed.join('|');
}

function checkPrompt(prompt: string): WorkflowIssue | undefined {
  if (prompt === '') return promptIssue(prompt, 'a prompt is empty');
  if (prompt.startsWith('#')) return promptIssue(prompt, `"${prompt}" would be dropped as a comment`);
  if (/[|\r\n]/.test(prompt)) return promptIssue(prompt, `"${prompt}" must not hold "|" or a line break`);
  if (/(^|\s)--/.test(prompt))
    return promptIssue(prompt, `"${prompt}": the part after " --" would be parsed as options`);
  return undefined;
}

function promptIssue(value: string, detail: string): WorkflowIssue {
  const bound = 'text without "|", line breaks, a leading "#" or " --"';
  return { code: 'not_allowed', input: 'sample_prompts', value, bound, message: `Sample prompts: ${detail}` };
}
