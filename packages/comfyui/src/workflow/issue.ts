import type { WorkflowIssue, WorkflowIssueCode } from './error.ts';
import type { Workflow } from './workflow.ts';

/** What is wrong with an input, without its place. */
export interface Fault {
  readonly code: WorkflowIssueCode;
  readonly bound: string;
  /** The fault in words, to follow the place; without it the bound is named. */
  readonly detail?: string;
}

/** An issue with one input, its value read from the graph. */
export function inputIssue(workflow: Workflow, node: string, input: string, fault: Fault): WorkflowIssue {
  const classType = workflow[node]?.class_type ?? '';
  const value = workflow[node]?.inputs[input];
  const detail = fault.detail ?? `must be ${fault.bound}, not ${formatValue(value)}`;
  return {
    code: fault.code,
    node,
    class_type: classType,
    input,
    value,
    bound: fault.bound,
    message: `Node ${node} (${classType}), input ${input}: ${detail}`,
  };
}

/** An issue with a node as a whole. */
export function nodeIssue(
  workflow: Workflow,
  node: string,
  code: WorkflowIssueCode,
  detail: string,
): WorkflowIssue {
  const classType = String(workflow[node]?.class_type ?? '');
  return { code, node, class_type: classType, message: `Node ${node} (${classType}): ${detail}` };
}

/** An issue with the graph as a whole. */
export function graphIssue(code: WorkflowIssueCode, message: string): WorkflowIssue {
  return { code, message };
}

function formatValue(value: unknown): string {
  if (typeof value === 'number') return String(value);
  const text = JSON.stringify(value) ?? String(value);
  return text.length > 80 ? `${text.slice(0, 77)}…` : text;
}
