import { InvalidWorkflowError, type WorkflowBuilder, type WorkflowIssueReport } from '@trainyard/application';
import { adoptWorkflow } from '../adopt/adopt.ts';
import { buildWorkflow, type ModelFiles } from '../build/build.ts';
import type { WorkflowTemplate } from '../template/template.ts';
import { WorkflowError, type WorkflowIssue } from '../workflow/error.ts';

export interface WorkflowBuilderOptions {
  /** The base model's files as the container lists them; the usual names unless told. */
  readonly models?: ModelFiles;
  /** The templates that requests may name, as `loadWorkflowTemplate` gives them. */
  readonly templates: readonly WorkflowTemplate[];
}

/** The graphs of this package as the port {@link WorkflowBuilder}. Pure: templates are read before. */
export function createWorkflowBuilder({ models, templates }: WorkflowBuilderOptions): WorkflowBuilder {
  const getTemplate = (name: string): WorkflowTemplate => {
    const template = templates.find((each) => each.name === name);
    if (template) return template;
    const bound = templates.map((each) => each.name).join(', ') || 'none';
    const message = `There is no workflow template "${name}"; there are: ${bound}`;
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
    templateHash: (name) => getTemplate(name).hash,
  };
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
