import type { Hyperparameters } from '@trainyard/domain';
import { readHyperparameters } from '../build/hyperparameter-inputs.ts';
import { NODE_SCHEMAS } from '../nodes/registry.ts';
import type { NodeSchemas } from '../nodes/schema.ts';
import { ignoredInputs } from '../validation/inputs.ts';
import { readShape } from '../validation/shape.ts';
import { validateWorkflow } from '../validation/validate.ts';
import { WorkflowError } from '../workflow/error.ts';
import type { Workflow } from '../workflow/workflow.ts';
import { type ClaimedConfig, checkAgreement } from './agreement.ts';
import { type Change, type Isolation, isolateWorkflow } from './isolate.ts';

/** A caller's own graph, and what it is to be kept apart by. */
export interface AdoptionRequest extends Isolation {
  /** As it came in the request (seed 001): anything at all. */
  readonly workflow: unknown;
  /** The values beside the workflow in the request; each that is given must agree with it. */
  readonly trainingConfig?: ClaimedConfig | undefined;
  /** Adds to or replaces the known node classes. */
  readonly schemas?: NodeSchemas | undefined;
}

/** A caller's workflow fit to be sent, with what was done to it. */
export interface AdoptedWorkflow {
  readonly workflow: Workflow;
  /** Every value that was set to keep runs apart, to be named in the answer. */
  readonly changes: readonly Change[];
  /** Inputs that no node knows, by node id: ComfyUI ignores them without a word. */
  readonly ignored: Readonly<Record<string, readonly string[]>>;
  /** What the graph trains with, as far as it says. */
  readonly hyperparameters: Partial<Hyperparameters>;
}

/**
 * Takes a caller's whole workflow (SPEC §5.2): used as it is, but for what keeps runs apart. Nodes are found by
 * class. Thrown when it has any fault, or values beside it say otherwise: `WorkflowError`.
 */
export function adoptWorkflow(request: AdoptionRequest): AdoptedWorkflow {
  const shape = readShape(request.workflow);
  if ('issues' in shape) throw new WorkflowError(shape.issues);
  const schemas = request.schemas ?? NODE_SCHEMAS;
  const { workflow, changes } = isolateWorkflow(shape.workflow, request);
  const disagreements = checkAgreement(workflow, request.trainingConfig ?? {});
  const issues = [...validateWorkflow(workflow, schemas), ...disagreements];
  if (issues.length > 0) throw new WorkflowError(issues);
  return {
    workflow,
    changes,
    ignored: ignoredInputs(workflow, schemas),
    hyperparameters: readHyperparameters(workflow),
  };
}
