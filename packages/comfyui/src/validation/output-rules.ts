import { findNodesByClass, getLiteral, type Workflow } from '../workflow.ts';
import { isAbsolutePath } from './dataset-rules.ts';
import { type Finding, notAllowed } from './rules.ts';

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
