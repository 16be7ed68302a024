import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { WorkflowTemplateError } from './error.ts';
import { parseWorkflowTemplate, type WorkflowTemplate } from './template.ts';

/** The template that trainings use unless another is named. */
export const DEFAULT_TEMPLATE_NAME = 'lora_training_workflow_headless';

/** The repository's own templates. */
export const WORKFLOWS_DIRECTORY = fileURLToPath(new URL('../../../../workflows/', import.meta.url));

/** A name is never a path. */
const NAME = /^[A-Za-z0-9][A-Za-z0-9_-]*$/;

/** The names of all templates, sorted. */
export async function listWorkflowTemplates(directory = WORKFLOWS_DIRECTORY): Promise<readonly string[]> {
  const files = await readdir(directory);
  const names = files.filter((file) => file.endsWith('.json')).map((file) => file.slice(0, -'.json'.length));
  return names.filter((name) => NAME.test(name)).sort();
}

/**
 * Reads a template by name, e.g. `lora_training_workflow_headless`. Thrown when there is none of that name, or
 * its file is not a sound template: {@link WorkflowTemplateError}.
 */
export async function loadWorkflowTemplate(
  name: string = DEFAULT_TEMPLATE_NAME,
  directory = WORKFLOWS_DIRECTORY,
): Promise<WorkflowTemplate> {
  const names = await listWorkflowTemplates(directory);
  if (!names.includes(name)) {
    const message = `There is no workflow template "${name}"; there are: ${names.join(', ') || 'none'}`;
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
