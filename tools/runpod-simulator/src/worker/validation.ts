import {
  type NodeSchemas,
  validateWorkflow,
  type Workflow,
  type WorkflowIssue,
  type WorkflowIssueCode,
} from '@trainyard/comfyui';
import { HandlerError, RaisedError } from './errors.ts';

/**
 * Reaction of ComfyUI to each issue of Trainyard's validation: refusal, an exception during the training, or acceptance.
 * ComfyUI accepts a dataset that is not reset, and tests need that.
 */
const COMFYUI_REACTIONS: Readonly<Record<WorkflowIssueCode, 'refuses' | 'raises' | 'nothing'>> = {
  not_a_workflow: 'refuses',
  unknown_class: 'refuses',
  unknown_node: 'refuses',
  no_output: 'refuses',
  missing_input: 'refuses',
  bad_link: 'refuses',
  wrong_link_type: 'refuses',
  cycle: 'refuses',
  wrong_type: 'refuses',
  out_of_range: 'refuses',
  not_in_list: 'refuses',
  conflict: 'raises',
  unknown_input: 'nothing',
  wrong_source: 'nothing',
  not_allowed: 'nothing',
  unreachable: 'nothing',
  structure: 'nothing',
  steps_mismatch: 'nothing',
};

/** Returns the workflow when ComfyUI accepts it. Throws {@link HandlerError} with the message of worker-comfyui. */
export function requireAcceptable(workflow: unknown, schemas: NodeSchemas): Workflow {
  const issues = validateWorkflow(workflow, schemas);
  const refused = issues.filter(({ code }) => COMFYUI_REACTIONS[code] === 'refuses');
  const unknown = refused.find(({ code }) => code === 'unknown_class');
  if (unknown)
    throw new HandlerError(
      `Cannot execute because node ${unknown.class_type} does not exist. (Node ID '#${unknown.node}')`,
    );
  if (refused.length > 0)
    throw new HandlerError(['Workflow validation failed:', ...refused.map(toBullet)].join('\n'));
  return workflow as Workflow;
}

/** Throws the {@link RaisedError} of kohya's assertions, which fail when the training initializes. */
export function requireTrainable(workflow: Workflow, schemas: NodeSchemas): void {
  const conflict = validateWorkflow(workflow, schemas).find(
    ({ code }) => COMFYUI_REACTIONS[code] === 'raises',
  );
  if (conflict) throw new RaisedError('ValueError', conflict.message);
}

function toBullet({ node, message }: WorkflowIssue): string {
  return `• Node ${node ?? '?'} (errors): [${message}]`;
}
