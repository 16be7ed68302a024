import {
  validateWorkflow,
  type Workflow,
  type WorkflowIssue,
  type WorkflowIssueCode,
} from '@trainyard/comfyui';
import { HandlerError, RaisedError } from './errors.ts';

/**
 * Which of our own faults ComfyUI has too: it refuses some, others end the training when they are reached, and the
 * rest it takes without a word (a dataset that is not reset is the trap that a test must be able to walk into).
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

/** The workflow, once ComfyUI would take it. Throws {@link HandlerError} in worker-comfyui's words. */
export function requireAcceptable(workflow: unknown): Workflow {
  const issues = validateWorkflow(workflow);
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

/** What kohya's own assertions end the training with once it initialises. Throws {@link RaisedError}. */
export function requireTrainable(workflow: Workflow): void {
  const conflict = validateWorkflow(workflow).find(({ code }) => COMFYUI_REACTIONS[code] === 'raises');
  if (conflict) throw new RaisedError('ValueError', conflict.message);
}

function toBullet({ node, message }: WorkflowIssue): string {
  return `• Node ${node ?? '?'} (errors): [${message}]`;
}
