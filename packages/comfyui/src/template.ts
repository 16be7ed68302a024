import { createHash } from 'node:crypto';
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { WorkflowError, WorkflowTemplateError } from './errors.ts';
import { requireValid } from './validation/validate.ts';
import { findNodesByClass, type Workflow } from './workflow.ts';

/** A workflow that building completes with the values of a request. */
export interface WorkflowTemplate {
  readonly name: string;
  readonly workflow: Workflow;
  /** SHA-256 of the graph in hex, independent of the layout of the file. Frozen with each training. */
  readonly hash: string;
}

/** Classes that a template holds exactly once, because building sets their inputs. */
const SINGLETON_CLASSES = [
  'FluxTrainModelSelect',
  'TrainDatasetGeneralConfig',
  'TrainDatasetAdd',
  'OptimizerConfig',
  'InitFluxLoRATraining',
  'FluxTrainLoop',
  'FluxTrainEnd',
];

/**
 * Parses the JSON of a template. Throws {@link WorkflowTemplateError} «invalid_template» when it is not a valid workflow,
 * or lacks or repeats a node whose inputs building sets.
 */
export function parseWorkflowTemplate(name: string, json: unknown): WorkflowTemplate {
  const workflow = requireValidTemplate(name, json);
  const wrong = SINGLETON_CLASSES.filter((classType) => findNodesByClass(workflow, classType).length !== 1);
  if (wrong.length > 0) {
    const message = `Template "${name}" must hold exactly one node of each of these classes: ${wrong.join(', ')}`;
    throw new WorkflowTemplateError('invalid_template', name, message);
  }
  return { name, workflow, hash: hashWorkflow(workflow) };
}

/** SHA-256 of a graph in hex, independent of the order of its keys. */
export function hashWorkflow(workflow: Workflow): string {
  return createHash('sha256').update(toCanonicalJson(workflow)).digest('hex');
}

function requireValidTemplate(name: string, json: unknown): Workflow {
  try {
    return requireValid(json);
  } catch (cause) {
    if (!(cause instanceof WorkflowError)) throw cause;
    throw new WorkflowTemplateError('invalid_template', name, `Template "${name}": ${cause.message}`, {
      cause,
    });
  }
}

function toCanonicalJson(value: unknown): string {
  return JSON.stringify(value, (_, part: unknown) =>
    typeof part === 'object' && part !== null && !Array.isArray(part)
      ? Object.fromEntries(Object.entries(part).sort(([a], [b]) => (a < b ? -1 : 1)))
      : part,
  );
}

/** The template of trainings whose request names no template. */
export const DEFAULT_TEMPLATE_NAME = 'lora_training_workflow_headless';

/** The folder of the templates in this repository. */
export const WORKFLOWS_DIRECTORY = fileURLToPath(new URL('../../../workflows/', import.meta.url));

/** Pattern of template names; a name cannot be a path. */
const NAME = /^[A-Za-z0-9][A-Za-z0-9_-]*$/;

/** Lists the names of all templates, sorted. */
export async function listWorkflowTemplates(directory = WORKFLOWS_DIRECTORY): Promise<readonly string[]> {
  const files = await readdir(directory);
  const names = files.filter((file) => file.endsWith('.json')).map((file) => file.slice(0, -'.json'.length));
  return names.filter((name) => NAME.test(name)).sort();
}

/**
 * Reads a template by name, e.g. `lora_training_workflow_headless`. Throws {@link WorkflowTemplateError} for an unknown
 * name and for an invalid template.
 */
export async function loadWorkflowTemplate(
  name: string = DEFAULT_TEMPLATE_NAME,
  directory = WORKFLOWS_DIRECTORY,
): Promise<WorkflowTemplate> {
  const names = await listWorkflowTemplates(directory);
  if (!names.includes(name)) {
    const message = `"${name}" is not a known workflow template; known templates: ${names.join(', ') || 'none'}`;
    throw new WorkflowTemplateError('unknown_template', name, message);
  }
  return parseWorkflowTemplate(name, await readJson(name, join(directory, `${name}.json`)));
}

async function readJson(name: string, path: string): Promise<unknown> {
  const text = await readFile(path, 'utf8');
  try {
    return JSON.parse(text);
  } catch (cause) {
    throw new WorkflowTemplateError('invalid_template', name, `Template "${name}" is not JSON`, { cause });
  }
}
