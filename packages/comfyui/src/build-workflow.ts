import type { Hyperparameters } from '@trainyard/domain';
import { WorkflowError, type WorkflowIssue } from './errors.ts';
import { hyperparameterInputs, readHyperparameters, withPlotWindows, withSteps } from './node-inputs.ts';
import { NODE_SCHEMAS } from './nodes/registry.ts';
import { findSchema, type NodeSchema, type NodeSchemas } from './nodes/schema.ts';
import { hasInput } from './validation/inputs.ts';
import { requireValid } from './validation/validate.ts';
import {
  findNodesByClass,
  getLinks,
  isLink,
  type NodeInputs,
  type Workflow,
  type WorkflowNode,
  withInputs,
} from './workflow.ts';

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
  /** Replaces the known node classes. */
  readonly schemas?: NodeSchemas | undefined;
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
  const schemas = request.schemas ?? NODE_SCHEMAS;
  const workflow = requireValid(withOverrides(filled, request.overrides ?? {}, schemas), schemas);
  return { workflow, hyperparameters: { ...hp, ...readHyperparameters(workflow) } };
}

function requestInputs(workflow: Workflow, request: WorkflowRequest): NodeInputs {
  const { trigger, models = DEFAULT_MODEL_FILES } = request;
  const prompts = joinPrompts(request.samplePrompts ?? [trigger]);
  const byClass: Readonly<Record<string, Readonly<Record<string, unknown>>>> = {
    FluxTrainModelSelect: { ...models },
    TrainDatasetGeneralConfig: { reset_on_queue: true, caption_extension: '.txt' },
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

/**
 * Removes validation from the graph, because validation raises the peak of GPU memory. A node that received the trainer
 * from a validation node receives it from the node before; nodes that only handle validation images are removed too.
 */
function withoutValidation(workflow: Workflow): Workflow {
  const [id] = findNodesByClass(workflow, 'FluxTrainValidate');
  if (id === undefined) return withoutUnusedSettings(workflow);
  const source = workflow[id]?.inputs['network_trainer'];
  const kept = Object.entries(workflow)
    .filter(([key, node]) => key !== id && !usesValidationImages(node, id))
    .map(([key, node]) => [key, rewire(node, id, source)] as const);
  return withoutValidation(Object.fromEntries(kept));
}

function usesValidationImages(node: WorkflowNode, validation: string): boolean {
  return getLinks(node).some(([, [from, slot]]) => from === validation && slot === 1);
}

function rewire(node: WorkflowNode, validation: string, source: unknown): WorkflowNode {
  const link = node.inputs['network_trainer'];
  if (!isLink(link) || link[0] !== validation) return node;
  return { ...node, inputs: { ...node.inputs, network_trainer: source } };
}

function withoutUnusedSettings(workflow: Workflow): Workflow {
  const used = new Set(Object.values(workflow).flatMap((node) => getLinks(node).map(([, [from]]) => from)));
  const idle = findNodesByClass(workflow, 'FluxTrainValidationSettings').filter((id) => !used.has(id));
  return Object.fromEntries(Object.entries(workflow).filter(([id]) => !idle.includes(id)));
}

/** Inputs that a caller may not override, with the reason. */
const RESERVED: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  InitFluxLoRATraining: {
    output_name: 'is set for each attempt, to isolate runs',
    output_dir: 'is set for each attempt, to isolate runs',
    max_train_steps: 'is a hyperparameter on which loops and warm-up depend; set the hyperparameter',
  },
  FluxTrainLoop: { steps: 'follows the hyperparameter max_train_steps; set the hyperparameter' },
  TrainDatasetAdd: { dataset_path: 'is the folder of the container for images; it is a setting' },
  TrainDatasetGeneralConfig: {
    reset_on_queue: 'isolates runs on a warm worker and is always true',
    caption_extension: 'is always .txt, the extension of the captions that are sent',
  },
};

/**
 * Applies the caller's input values to the built graph, e.g. `{ "109": { batch_size: 4 } }`. Throws
 * {@link WorkflowError} when a node or an input does not exist or is reserved. Values are checked by validation.
 */
function withOverrides(workflow: Workflow, overrides: NodeInputs, schemas: NodeSchemas): Workflow {
  const issues = Object.entries(overrides).flatMap(([id, inputs]) =>
    checkNode({ workflow, schemas }, id, inputs),
  );
  if (issues.length > 0) throw new WorkflowError(issues);
  return withInputs(workflow, overrides);
}

interface OverrideContext {
  readonly workflow: Workflow;
  readonly schemas: NodeSchemas;
}

function checkNode(
  { workflow, schemas }: OverrideContext,
  id: string,
  inputs: unknown,
): readonly WorkflowIssue[] {
  const node = Object.hasOwn(workflow, id) ? workflow[id] : undefined;
  if (node === undefined) {
    const bound = `one of ${Object.keys(workflow).join(', ')}`;
    const message = `Override of node ${id}: unknown node; known nodes: ${Object.keys(workflow).join(', ')}`;
    return [{ code: 'unknown_node', node: id, bound, message }];
  }
  if (typeof inputs !== 'object' || inputs === null || Array.isArray(inputs)) {
    const message = `Override of node ${id}: must be an object of inputs`;
    return [{ code: 'wrong_type', node: id, value: inputs, bound: 'an object of inputs', message }];
  }
  return Object.entries(inputs)
    .map(([input, value]) =>
      checkInput(findSchema(schemas, node.class_type), { id, classType: node.class_type, input, value }),
    )
    .filter((issue) => issue !== undefined);
}

interface Override {
  readonly id: string;
  readonly classType: string;
  readonly input: string;
  readonly value: unknown;
}

function checkInput(
  schema: NodeSchema | undefined,
  { id, classType, input, value }: Override,
): WorkflowIssue | undefined {
  const place = { node: id, class_type: classType, input, value };
  const start = `Override of node ${id} (${classType}), input ${input}:`;
  if (schema !== undefined && !hasInput(schema, input)) {
    const names = Object.keys(schema.inputs).join(', ');
    const message = `${start} unknown input; known inputs: ${names}`;
    return { ...place, code: 'unknown_input', bound: `one of ${names}`, message };
  }
  const reserved = RESERVED[classType]?.[input];
  if (reserved === undefined) return undefined;
  return { ...place, code: 'not_allowed', bound: 'not set', message: `${start} ${reserved}` };
}
