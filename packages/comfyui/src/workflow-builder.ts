import {
  InvalidWorkflowError,
  type NodeClasses,
  type WorkflowBuilder,
  type WorkflowIssueReport,
} from '@trainyard/application';
import { adoptWorkflow } from './adopt-workflow.ts';
import { buildWorkflow, type ModelFiles } from './build-workflow.ts';
import { WorkflowError, type WorkflowIssue } from './errors.ts';
import { NODE_SCHEMAS } from './nodes/registry.ts';
import type { NodeSchemas } from './nodes/schema.ts';
import { pickUsedSchemas } from './object-info/schemas.ts';
import type { WorkflowTemplate } from './template.ts';
import { readShape } from './validation/validate.ts';
import { findNodesByClass, getLiteral, type Workflow } from './workflow.ts';

/** Options of {@link createWorkflowBuilder}. */
export interface WorkflowBuilderOptions {
  /** File names of the base model in the container; {@link DEFAULT_MODEL_FILES} without it. */
  readonly models?: ModelFiles;
  /** The templates that a request may name, loaded by `loadWorkflowTemplate`. */
  readonly templates: readonly WorkflowTemplate[];
  /** The node classes at the time of a call; the built-in ones without it. */
  readonly getKnownClasses?: () => KnownClasses;
}

/** The node classes that a workflow may use. */
export interface KnownClasses {
  readonly schemas: NodeSchemas;
  /** The reason why other classes are unknown; it completes an error of the workflow. */
  readonly unknownClass?: string;
}

const BUILT_IN_CLASSES: KnownClasses = { schemas: NODE_SCHEMAS };

/**
 * Implements the port {@link WorkflowBuilder}. Pure: templates are loaded before. Its functions throw
 * InvalidWorkflowError for an invalid workflow and for an unknown template.
 */
export function createWorkflowBuilder(options: WorkflowBuilderOptions): WorkflowBuilder {
  const { models, templates, getKnownClasses = () => BUILT_IN_CLASSES } = options;
  const getTemplate = (name: string): WorkflowTemplate => {
    const template = templates.find((each) => each.name === name);
    if (template) return template;
    const bound = templates.map((each) => each.name).join(', ') || 'none';
    const message = `"${name}" is not a known workflow template; known templates: ${bound}`;
    throw new InvalidWorkflowError([{ value: name, bound, message }]);
  };
  return {
    build: ({ template, nodeClasses, ...order }) =>
      translateErrors(() => {
        const { schemas } = withStoredClasses(getKnownClasses(), nodeClasses);
        return buildWorkflow({ ...order, schemas, models, template: getTemplate(template).workflow })
          .workflow;
      }),
    adopt: ({ claimed, nodeClasses, ...order }) =>
      translateErrors(() => {
        const known = withStoredClasses(getKnownClasses(), nodeClasses);
        const adopted = adoptWorkflow({ ...order, ...known, trainingConfig: claimed });
        const { workflow, changes, hyperparameters } = adopted;
        return { workflow, hyperparameters, changes: changes.map((change) => ({ ...change })) };
      }),
    findTrigger,
    pickNodeClasses: (workflow) => pickUsedSchemas(workflow as Workflow, getKnownClasses().schemas),
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

/** The classes of an accepted training were read from the container's document when it was accepted. */
function withStoredClasses(known: KnownClasses, stored: NodeClasses | undefined): KnownClasses {
  return stored === undefined
    ? known
    : { ...known, schemas: { ...known.schemas, ...(stored as NodeSchemas) } };
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
