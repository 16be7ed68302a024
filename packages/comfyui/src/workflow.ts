import type { WorkflowIssue, WorkflowIssueCode } from './errors.ts';

/** The source of an input: the id of a node and the number of one of its outputs. */
export type Link = readonly [nodeId: string, slot: number];

/** A node in ComfyUI's API format. `_meta` holds a title for editors; ComfyUI ignores it. */
export interface WorkflowNode {
  readonly class_type: string;
  readonly inputs: Readonly<Record<string, unknown>>;
  readonly _meta?: Readonly<Record<string, unknown>>;
}

/** A ComfyUI graph in API format: its nodes by id (docs/training-nodes.md). */
export type Workflow = Readonly<Record<string, WorkflowNode>>;

/** New values for some inputs of some nodes, by node id. */
export type NodeInputs = Readonly<Record<string, Readonly<Record<string, unknown>>>>;

/** Whether a value is a link. ComfyUI treats every list as a link; validation rejects a list that is not a valid link. */
export function isLink(value: unknown): value is Link {
  return (
    Array.isArray(value) && value.length === 2 && typeof value[0] === 'string' && Number.isInteger(value[1])
  );
}

/** Ids of all nodes of the given classes, in the order of the graph. */
export function findNodesByClass(workflow: Workflow, ...classTypes: readonly string[]): readonly string[] {
  return Object.keys(workflow).filter((id) => classTypes.includes(workflow[id]?.class_type ?? ''));
}

/** All links of a node, with the inputs that hold them. */
export function getLinks(node: WorkflowNode): readonly (readonly [input: string, link: Link])[] {
  return Object.entries(node.inputs).filter((entry): entry is [string, Link] => isLink(entry[1]));
}

/** The literal value of an input; undefined when the input is absent or linked. */
export function getLiteral(workflow: Workflow, nodeId: string, input: string): unknown {
  const value = workflow[nodeId]?.inputs[input];
  return Array.isArray(value) ? undefined : value;
}

/** The literal number of an input; undefined for any other value. */
export function getLiteralNumber(workflow: Workflow, nodeId: string, input: string): number | undefined {
  const value = getLiteral(workflow, nodeId, input);
  return typeof value === 'number' ? value : undefined;
}

/** Replaces inputs of a graph. Values for unknown nodes are ignored, so a node cannot be added this way. */
export function withInputs(workflow: Workflow, values: NodeInputs): Workflow {
  const entries = Object.entries(workflow).map(([id, node]) => {
    const given = values[id];
    return [id, given === undefined ? node : { ...node, inputs: { ...node.inputs, ...given } }] as const;
  });
  return Object.fromEntries(entries);
}

/** A fault of an input, without its node and name. */
export interface Fault {
  readonly code: WorkflowIssueCode;
  readonly bound: string;
  /** The second half of the message, after node and input; without it the message names the bound. */
  readonly detail?: string;
}

/** Makes an issue with an input; its value is read from the graph. */
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

/** Makes an issue with a whole node. */
export function nodeIssue(
  workflow: Workflow,
  node: string,
  code: WorkflowIssueCode,
  detail: string,
): WorkflowIssue {
  const classType = String(workflow[node]?.class_type ?? '');
  return { code, node, class_type: classType, message: `Node ${node} (${classType}): ${detail}` };
}

/** Makes an issue with the whole graph. */
export function graphIssue(code: WorkflowIssueCode, message: string): WorkflowIssue {
  return { code, message };
}

function formatValue(value: unknown): string {
  if (typeof value === 'number') return String(value);
  const text = JSON.stringify(value) ?? String(value);
  return text.length > 80 ? `${text.slice(0, 77)}…` : text;
}
