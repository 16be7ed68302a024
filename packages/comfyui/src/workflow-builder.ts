import { InvalidWorkflowError, type WorkflowBuilder, type WorkflowIssueReport } from '@trainyard/application';
import { adoptWorkflow } from './adopt-workflow.ts';
import { buildWorkflow, type ModelFiles } from './build-workflow.ts';
import { WorkflowError, type WorkflowIssue } from './errors.ts';
import type { WorkflowTemplate } from './template.ts';
import { readShape } from './validation/validate.ts';
import { findNodesByClass, getLiteral } from './workflow.ts';

/** Options of {@link createWorkflowBuilder}. */
export interface WorkflowBuilderOptions {
  /** File names of the base model in the container; {@link DEFAULT_MODEL_FILES} without it. */
  readonly models?: ModelFiles;
  /** The templates that a request may name, loaded by `loadWorkflowTemplate`. */
  readonly templates: readonly WorkflowTemplate[];
}

/**
 * Implements the port {@link WorkflowBuilder}. Pure: templates are loaded before. Its functions throw
 * InvalidWorkflowError for an invalid workflow and for an unknown template.
 */
export function createWorkflowBuilder({ models, templates }: WorkflowBuilderOptions): WorkflowBuilder {
  const getTemplate = (name: string): WorkflowTemplate => {
    const template = templates.find((each) => each.name === name);
    if (template) return template;
    const bound = templates.map((each) => each.name).join(', ') || 'none';
    const message = `"${name}" is not a known workflow template; known templates: ${bound}`;
    throw new InvalidWorkflowError([{ value: name, bound, message }]);
  };
  return {
    build: ({ template, ...order }) =>
      translateErrors(
        () => buildWorkflow({ ...order, models, template: getTemplate(template).workflow }).workflow,
      ),
    adopt: ({ claimed, ...order }) =>
      translateErrors(() => {
        const { workflow, changes, hyperparameters } = adoptWorkflow({ ...order, trainingConfig: claimed });
        return { workflow, hyperparameters, changes: changes.map((change) => ({ ...change })) };
      }),
    findTrigger,
    templateHash: (name) => getTemplate(name).hash,
  };
}

/** The class tokens of the first dataset node. A workflow without them, or a malformed one, has no trigger. */
function findTrigger(workflow: unknown): string | undefined {
  const shape = readShape(workflow);
  if ('issues' in shape) return undefined;
  const [node] = findNodesByClass(shape.workflow, 'TrainDatasetAdd');
  const tokens = node === undefined ? undefined : getLiteral(shape.workflow, node, 'class_tokens');
  return typeof tokens === 'string' && tokens.trim() !== '' ? tokens.trim() : undefined;
}

function translateErrors<T>(make: () => T): T {
  try {
    return make();
  } catch (error) {
    if (!(error instanceof WorkflowError)) throw error;
    throw new InvalidWorkflowError(error.issues.map(toIssueReport), { cause: error });
  }
}

function toIssueReport({ node, input, value, bound, message }: WorkflowIssue): WorkflowIssueReport {
  return {
    message,
    ...(node !== undefined && { node }),
    ...(input !== undefined && { input }),
    ...(value !== undefined && { value }),
    ...(bound !== undefined && { bound }),
  };
}
