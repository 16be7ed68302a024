import { WorkflowError, type WorkflowIssue } from '../errors.ts';
import { NODE_SCHEMAS } from '../nodes/registry.ts';
import { findSchema } from '../nodes/schema.ts';
import { hasInput } from '../validation/inputs.ts';
import { type NodeInputs, type Workflow, withInputs } from '../workflow.ts';

/** Inputs that a caller may not override, with the reason. */
const RESERVED: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  InitFluxLoRATraining: {
    output_name: 'is set for each attempt, to isolate runs',
    output_dir: 'is set for each attempt, to isolate runs',
    max_train_steps: 'is a hyperparameter on which loops and warm-up depend; set the hyperparameter',
  },
  FluxTrainLoop: { steps: 'follows the hyperparameter max_train_steps; set the hyperparameter' },
  TrainDatasetAdd: { dataset_path: 'is the folder of the container for images; it is a setting' },
  TrainDatasetGeneralConfig: { reset_on_queue: 'isolates runs on a warm worker and is always true' },
};

/**
 * Applies the caller's input values to the built graph, e.g. `{ "109": { batch_size: 4 } }`. Throws
 * {@link WorkflowError} when a node or an input does not exist or is reserved. Values are checked by validation.
 */
export function withOverrides(workflow: Workflow, overrides: NodeInputs): Workflow {
  const issues = Object.entries(overrides).flatMap(([id, inputs]) => checkNode(workflow, id, inputs));
  if (issues.length > 0) throw new WorkflowError(issues);
  return withInputs(workflow, overrides);
}

function checkNode(workflow: Workflow, id: string, inputs: unknown): readonly WorkflowIssue[] {
  const node = Object.hasOwn(workflow, id) ? workflow[id] : undefined;
  if (node === undefined) {
    const bound = `one of ${Object.keys(workflow).join(', ')}`;
    const message = `Override of node ${id}: unknown node; known nodes: ${Object.keys(workflow).join(', ')}`;
    return [{ code: 'unknown_node', node: id, bound, message }];
  }
  if (typeof inputs !== 'object' || inputs === null || Array.isArray(inputs)) {
    const message = `Override of node ${id}: must be an object of inputs`;
    return [{ code: 'wrong_type', node: id, value: inputs, bound: 'an object of inputs', message }];
  }
  return Object.entries(inputs)
    .map(([input, value]) => checkInput(node.class_type, { id, input, value }))
    .filter((issue) => issue !== undefined);
}

interface Override {
  readonly id: string;
  readonly input: string;
  readonly value: unknown;
}

function checkInput(classType: string, { id, input, value }: Override): WorkflowIssue | undefined {
  const place = { node: id, class_type: classType, input, value };
  const start = `Override of node ${id} (${classType}), input ${input}:`;
  const schema = findSchema(NODE_SCHEMAS, classType);
  if (schema !== undefined && !hasInput(schema, input)) {
    const names = Object.keys(schema.inputs).join(', ');
    const message = `${start} unknown input; known inputs: ${names}`;
    return { ...place, code: 'unknown_input', bound: `one of ${names}`, message };
  }
  const reserved = RESERVED[classType]?.[input];
  if (reserved === undefined) return undefined;
  return { ...place, code: 'not_allowed', bound: 'not set', message: `${start} ${reserved}` };
}
