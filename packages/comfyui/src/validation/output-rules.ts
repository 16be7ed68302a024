import { findNodesByClass, getLiteral, type Workflow } from '../workflow/workflow.ts';
import { isAbsolutePath } from './dataset-rules.ts';
import { type Finding, notAllowed } from './rules.ts';

/** The one argument of any use here: where a container without network finds its tokenizers. */
const TOKENIZER_ARGUMENT = /^--tokenizer_cache_dir[= ]\/[\w./-]+$/;

/** Longest file name, less what the nodes add (`_rank16_bf16-step02000-state`). */
const MAX_NAME_BYTES = 180;

/** Name and directory of the files; the node resolves a relative directory against ComfyUI's own. */
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

/** Left out, kohya's parser reads ComfyUI's own command line; anything else could override what was checked. */
export function* argumentRules(workflow: Workflow): Generator<Finding> {
  for (const id of findNodesByClass(workflow, 'InitFluxLoRATraining')) {
    const given = workflow[id]?.inputs['additional_args'];
    if (given === '' || Array.isArray(given)) continue;
    if (typeof given === 'string' && TOKENIZER_ARGUMENT.test(given)) continue;
    yield [id, 'additional_args', notAllowed('"" or --tokenizer_cache_dir with an absolute path')];
  }
}

/** Validation needs a prompt; "#…" lines are dropped by the sampler. */
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
  // biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what is looked for.
  return fits && !name.startsWith('.') && !/[/\\\u0000-\u001f\u007f]/.test(name);
}
