import type { WorkflowIssue } from '../errors.ts';
import {
  type Fault,
  findNodesByClass,
  getLiteral,
  getLiteralNumber,
  inputIssue,
  type Workflow,
} from '../workflow.ts';
/** A finding of a rule: node, input and fault. */
export type Finding = readonly [node: string, input: string, fault: Fault];

/** A rule over the values of a graph. */
export type Rule = (workflow: Workflow) => Iterable<Finding>;

/** Applies rules and returns their findings as issues. */
export function applyRules(workflow: Workflow, rules: readonly Rule[]): readonly WorkflowIssue[] {
  return rules.flatMap((rule) =>
    [...rule(workflow)].map(([node, input, fault]) => inputIssue(workflow, node, input, fault)),
  );
}

/** Inputs that isolate runs or are compared; a link would hide their value. */
const GIVEN_INPUTS: Readonly<Record<string, readonly string[]>> = {
  InitFluxLoRATraining: ['output_name', 'output_dir', 'max_train_steps', 'learning_rate', 'additional_args'],
  FluxTrainLoop: ['steps'],
  TrainDatasetAdd: ['dataset_path', 'class_tokens'],
  TrainDatasetGeneralConfig: ['reset_on_queue'],
};

/** Rule: inputs of {@link GIVEN_INPUTS} are literal values. */
export function* literalValueRules(workflow: Workflow): Generator<Finding> {
  for (const [classType, inputs] of Object.entries(GIVEN_INPUTS)) {
    for (const id of findNodesByClass(workflow, classType)) {
      const linked = inputs.filter((input) => Array.isArray(workflow[id]?.inputs[input]));
      for (const input of linked) yield [id, input, notAllowed('a value, not a link')];
    }
  }
}

/** Rule: `constant` has no warm-up, warm-up is shorter than the training, and the "adafactor" schedule is not used. */
export function* optimizerRules(workflow: Workflow): Generator<Finding> {
  const [init = ''] = findNodesByClass(workflow, 'InitFluxLoRATraining');
  const steps = getLiteralNumber(workflow, init, 'max_train_steps') ?? Number.POSITIVE_INFINITY;
  for (const id of Object.keys(workflow)) {
    const scheduler = getLiteral(workflow, id, 'lr_scheduler');
    const warmup = getLiteralNumber(workflow, id, 'lr_warmup_steps') ?? 0;
    if (scheduler === 'adafactor') {
      yield [
        id,
        'lr_scheduler',
        {
          code: 'conflict',
          bound: 'a different scheduler',
          detail: '"adafactor" does not work with these nodes',
        },
      ];
    }
    if (scheduler === 'constant' && warmup !== 0) {
      const detail = '"constant" does not support warm-up; use "constant_with_warmup"';
      yield [id, 'lr_warmup_steps', { code: 'conflict', bound: '0 with lr_scheduler "constant"', detail }];
    } else if (warmup > 0 && warmup >= steps) {
      yield [id, 'lr_warmup_steps', { code: 'conflict', bound: `below max_train_steps (${steps})` }];
    }
  }
}

/** Rule: `blocks_to_swap` is 0 or 2 to 35, and 0 with CPU offloading. */
export function* memoryRules(workflow: Workflow): Generator<Finding> {
  for (const id of findNodesByClass(workflow, 'InitFluxLoRATraining')) {
    const blocks = getLiteralNumber(workflow, id, 'blocks_to_swap') ?? 0;
    if (blocks === 1 || blocks < 0 || blocks > 35) {
      yield [id, 'blocks_to_swap', { code: 'out_of_range', bound: '0, or 2 to 35' }];
    }
    if (
      blocks !== 0 &&
      getLiteral(workflow, id, 'gradient_checkpointing') === 'enabled_with_cpu_offloading'
    ) {
      yield [id, 'blocks_to_swap', { code: 'conflict', bound: '0 with "enabled_with_cpu_offloading"' }];
    }
  }
}

/** Rule: `sigma_scaled` predictions need sigma timesteps, the learning rate is above 0, and resuming is not supported. */
export function* trainerRules(workflow: Workflow): Generator<Finding> {
  for (const id of findNodesByClass(workflow, 'InitFluxLoRATraining')) {
    const value = (input: string) => getLiteral(workflow, id, input);
    if (value('learning_rate') === 0) yield [id, 'learning_rate', { code: 'out_of_range', bound: 'above 0' }];
    if (value('model_prediction_type') === 'sigma_scaled' && value('timestep_sampling') !== 'sigma') {
      yield [
        id,
        'model_prediction_type',
        { code: 'conflict', bound: 'raw or additive, unless timestep_sampling is "sigma"' },
      ];
    }
    if (workflow[id]?.inputs['resume_args'] !== undefined) {
      const detail = 'resuming a state is not supported, since it often starts at step 1; train from scratch';
      yield [id, 'resume_args', { code: 'not_allowed', bound: 'left out', detail }];
    }
  }
}

/** Makes a fault of a value that is not allowed. */
function notAllowed(bound: string, detail?: string): Fault {
  return { code: 'not_allowed', bound, ...(detail !== undefined && { detail }) };
}

/** The only allowed argument: the folder of the tokenizers in a container without network. */
const TOKENIZER_ARGUMENT = /^--tokenizer_cache_dir[= ]\/[\w./-]+$/;

/** Maximum length of a file name minus the suffix of the nodes (`_rank16_bf16-step02000-state`). */
const MAX_NAME_BYTES = 180;

/** Rule: the output name is a file name and the directory is absolute; a relative one is resolved in ComfyUI's folder. */
export function* outputRules(workflow: Workflow): Generator<Finding> {
  for (const id of findNodesByClass(workflow, 'InitFluxLoRATraining')) {
    const name = getLiteral(workflow, id, 'output_name');
    if (typeof name === 'string' && !isFileStem(name)) {
      const bound = `a file name without path, leading dot or blanks around it, at most ${MAX_NAME_BYTES} bytes`;
      yield [id, 'output_name', notAllowed(bound)];
    }
    const directory = getLiteral(workflow, id, 'output_dir');
    if (typeof directory === 'string' && !isAbsolutePath(directory)) {
      yield [id, 'output_dir', notAllowed('an absolute path without blanks around it')];
    }
  }
}

/**
 * Rule: `additional_args` is empty or a tokenizer folder. When it is absent, kohya's parser reads ComfyUI's command line;
 * any other argument could override a checked value.
 */
export function* argumentRules(workflow: Workflow): Generator<Finding> {
  for (const id of findNodesByClass(workflow, 'InitFluxLoRATraining')) {
    const given = workflow[id]?.inputs['additional_args'];
    if (given === '' || Array.isArray(given)) continue;
    if (typeof given === 'string' && TOKENIZER_ARGUMENT.test(given)) continue;
    yield [id, 'additional_args', notAllowed('"" or --tokenizer_cache_dir with an absolute path')];
  }
}

/** Rule: a workflow with validation has a prompt; the sampler drops lines that start with "#". */
export function* promptRules(workflow: Workflow): Generator<Finding> {
  const validates = findNodesByClass(workflow, 'FluxTrainValidate', 'FluxTrainAndValidateLoop').length > 0;
  if (!validates) return;
  for (const id of findNodesByClass(workflow, 'InitFluxLoRATraining')) {
    const prompts = getLiteral(workflow, id, 'sample_prompts');
    if (typeof prompts !== 'string' || prompts.split('|').some(isPrompt)) continue;
    yield [id, 'sample_prompts', notAllowed('at least one prompt, since the workflow validates')];
  }
}

function isPrompt(text: string): boolean {
  const prompt = text.trim();
  return prompt !== '' && !prompt.startsWith('#');
}

function isFileStem(name: string): boolean {
  const fits = name !== '' && name.trim() === name && new TextEncoder().encode(name).length <= MAX_NAME_BYTES;
  // biome-ignore lint/suspicious/noControlCharactersInRegex: the rule rejects control characters.
  return fits && !name.startsWith('.') && !/[/\\\u0000-\u001f\u007f]/.test(name);
}

/** Rule: `reset_on_queue` is true, because a warm worker otherwise keeps the datasets of earlier jobs. */
export function* warmWorkerRules(workflow: Workflow): Generator<Finding> {
  for (const id of findNodesByClass(workflow, 'TrainDatasetGeneralConfig')) {
    const reset = workflow[id]?.inputs['reset_on_queue'];
    if (reset === true || Array.isArray(reset)) continue;
    yield [
      id,
      'reset_on_queue',
      notAllowed('true', 'must be true, or a warm worker trains on earlier datasets'),
    ];
  }
}

/** Rule: dataset paths are absolute and without surrounding blanks; the node does not trim them («no images found»). */
export function* datasetPathRules(workflow: Workflow): Generator<Finding> {
  const bound = 'an absolute path without blanks around it';
  for (const id of findNodesByClass(workflow, 'TrainDatasetAdd', 'TrainDatasetRegularization')) {
    const path = getLiteral(workflow, id, 'dataset_path');
    if (typeof path === 'string' && !isAbsolutePath(path)) yield [id, 'dataset_path', notAllowed(bound)];
    const tokens = getLiteral(workflow, id, 'class_tokens');
    if (typeof tokens === 'string' && tokens !== tokens.trim()) {
      yield [id, 'class_tokens', notAllowed('text without blanks around it')];
    }
  }
}

/** Rule: buckets enclose the resolution; otherwise the dataset node fails with an assertion. */
export function* bucketRules(workflow: Workflow): Generator<Finding> {
  for (const id of findNodesByClass(workflow, 'TrainDatasetAdd')) {
    if (getLiteral(workflow, id, 'enable_bucket') !== true) continue;
    const number = (input: string) => getLiteralNumber(workflow, id, input);
    const sides = [number('width'), number('height')].filter((side) => side !== undefined);
    const [min, max] = [number('min_bucket_reso'), number('max_bucket_reso')];
    if (min === undefined || max === undefined || sides.length < 2) continue;
    const ceiling = Math.min(max, ...sides);
    if (min > ceiling) {
      const bound = `at most ${ceiling}, the smallest of width, height and max_bucket_reso`;
      yield [id, 'min_bucket_reso', { code: 'conflict', bound }];
    }
    if (max < Math.max(...sides)) {
      const bound = `at least ${Math.max(...sides)}, the larger of width and height`;
      yield [id, 'max_bucket_reso', { code: 'conflict', bound }];
    }
  }
}

/** Rule: cached outputs are constant, so settings that vary captions or colors are off. */
export function* cacheRules(workflow: Workflow): Generator<Finding> {
  const inits = findNodesByClass(workflow, 'InitFluxLoRATraining');
  const caches = (input: string) => inits.some((id) => getLiteral(workflow, id, input) !== 'disabled');
  for (const id of findNodesByClass(workflow, 'TrainDatasetGeneralConfig')) {
    if (caches('cache_text_encoder_outputs')) {
      const bound = 'while text encoder outputs are cached';
      if (getLiteral(workflow, id, 'shuffle_caption') === true) {
        yield [id, 'shuffle_caption', { code: 'conflict', bound: `false ${bound}` }];
      }
      if ((getLiteralNumber(workflow, id, 'caption_dropout_rate') ?? 0) > 0) {
        yield [id, 'caption_dropout_rate', { code: 'conflict', bound: `0 ${bound}` }];
      }
    }
    if (caches('cache_latents') && getLiteral(workflow, id, 'color_aug') === true) {
      yield [id, 'color_aug', { code: 'conflict', bound: 'false while latents are cached' }];
    }
  }
}

/** Whether a path is absolute, without surrounding blanks and without `..`. */
function isAbsolutePath(path: string): boolean {
  return path.startsWith('/') && path.trim() === path && !path.split('/').includes('..');
}
