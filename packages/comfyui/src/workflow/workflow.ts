/** Where an input takes its value from: a node's id and the number of one of its outputs. */
export type Link = readonly [nodeId: string, slot: number];

/** One node in ComfyUI's API format. `_meta` is for people; ComfyUI ignores it. */
export interface WorkflowNode {
  readonly class_type: string;
  readonly inputs: Readonly<Record<string, unknown>>;
  readonly _meta?: Readonly<Record<string, unknown>>;
}

/** A ComfyUI graph in API format, by node id (node reference, section 6). */
export type Workflow = Readonly<Record<string, WorkflowNode>>;

/** New values for some inputs of some nodes, by node id. */
export type NodeInputs = Readonly<Record<string, Readonly<Record<string, unknown>>>>;

/** ComfyUI reads any list as a link; whether it is a sound one is for validation to say. */
export function isLink(value: unknown): value is Link {
  return (
    Array.isArray(value) && value.length === 2 && typeof value[0] === 'string' && Number.isInteger(value[1])
  );
}

/** The ids of all nodes of some classes, in the order of the graph. */
export function findNodesByClass(workflow: Workflow, ...classTypes: readonly string[]): readonly string[] {
  return Object.keys(workflow).filter((id) => classTypes.includes(workflow[id]?.class_type ?? ''));
}

/** Every link into a node, with the input that holds it. */
export function getLinks(node: WorkflowNode): readonly (readonly [input: string, link: Link])[] {
  return Object.entries(node.inputs).filter((entry): entry is [string, Link] => isLink(entry[1]));
}

/** A value given in the graph itself; undefined when the input is absent or linked. */
export function getLiteral(workflow: Workflow, nodeId: string, input: string): unknown {
  const value = workflow[nodeId]?.inputs[input];
  return Array.isArray(value) ? undefined : value;
}

/** A literal number, or undefined. */
export function getLiteralNumber(workflow: Workflow, nodeId: string, input: string): number | undefined {
  const value = getLiteral(workflow, nodeId, input);
  return typeof value === 'number' ? value : undefined;
}

/** The graph with some inputs replaced; nodes it does not know are left out, since nothing may be added so. */
export function withInputs(workflow: Workflow, values: NodeInputs): Workflow {
  const entries = Object.entries(workflow).map(([id, node]) => {
    const given = values[id];
    return [id, given === undefined ? node : { ...node, inputs: { ...node.inputs, ...given } }] as const;
  });
  return Object.fromEntries(entries);
}
