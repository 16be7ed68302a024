import type { WorkflowIssue } from '../workflow/error.ts';
import { graphIssue } from '../workflow/issue.ts';
import type { Workflow } from '../workflow/workflow.ts';

/** A value of unknown origin read as a graph in API format. */
export type Shape = Readonly<{ workflow: Workflow }> | Readonly<{ issues: readonly WorkflowIssue[] }>;

/** Whether a value is a graph in API format at all; what its nodes mean is for the other checks. */
export function readShape(value: unknown): Shape {
  if (!isRecord(value))
    return { issues: [graphIssue('not_a_workflow', 'A workflow is an object of nodes by id')] };
  if (Array.isArray(value['nodes'])) {
    const message = 'This is ComfyUI’s editor format; export the workflow in API format';
    return { issues: [graphIssue('not_a_workflow', message)] };
  }
  const issues = Object.entries(value).flatMap(([id, node]) => checkNode(id, node));
  if (Object.keys(value).length === 0) issues.push(graphIssue('not_a_workflow', 'The workflow has no nodes'));
  return issues.length > 0 ? { issues } : { workflow: value as unknown as Workflow };
}

function checkNode(id: string, node: unknown): WorkflowIssue[] {
  if (!isRecord(node)) return [malformedIssue(id, 'must be an object with class_type and inputs')];
  const issues: WorkflowIssue[] = [];
  if (typeof node['class_type'] !== 'string') issues.push(malformedIssue(id, 'class_type is missing'));
  if (!isRecord(node['inputs'])) issues.push(malformedIssue(id, 'inputs is missing'));
  return issues;
}

function malformedIssue(node: string, detail: string): WorkflowIssue {
  return { code: 'not_a_workflow', node, message: `Node ${node}: ${detail}` };
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
