import { createHash } from 'node:crypto';
import { requireValid } from '../validation/validate.ts';
import { WorkflowError } from '../workflow/error.ts';
import { findNodesByClass, type Workflow } from '../workflow/workflow.ts';
import { WorkflowTemplateError } from './error.ts';

/** A workflow to be filled in. */
export interface WorkflowTemplate {
  readonly name: string;
  readonly workflow: Workflow;
  /** SHA-256 over the graph, in hex: the same however the file is laid out. Frozen with each training. */
  readonly hash: string;
}

/** Classes that a template holds exactly once, since building fills them in. */
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
 * Takes parsed JSON as a template. Thrown when it is no sound workflow, or lacks or doubles a node that building
 * fills in: {@link WorkflowTemplateError} "invalid_template".
 */
export function parseWorkflowTemplate(name: string, json: unknown): WorkflowTemplate {
  const workflow = requireValidTemplate(name, json);
  const wrong = SINGLETON_CLASSES.filter((classType) => findNodesByClass(workflow, classType).length !== 1);
  if (wrong.length > 0) {
    const message = `Template "${name}" must hold exactly one node of each of these: ${wrong.join(', ')}`;
    throw new WorkflowTemplateError('invalid_template', name, message);
  }
  return { name, workflow, hash: hashWorkflow(workflow) };
}

/** SHA-256 over a graph, in hex, whatever the order of its keys. */
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
