import type { WorkflowIssue } from '../errors.ts';
import { findSchema, type NodeSchemas } from '../nodes/schema.ts';
import { getLinks, graphIssue, nodeIssue, type Workflow } from '../workflow.ts';

/** Finds cycles, and nodes that would never run. */
export function checkGraph(workflow: Workflow, schemas: NodeSchemas): readonly WorkflowIssue[] {
  const circle = findCircle(workflow);
  if (circle !== undefined) {
    const detail = `is part of a cycle: ${circle.join(' ← ')}`;
    return [nodeIssue(workflow, circle[0] ?? '', 'cycle', detail)];
  }
  const outputs = Object.keys(workflow).filter(
    (id) => findSchema(schemas, workflow[id]?.class_type ?? '')?.isOutput,
  );
  if (outputs.length === 0) {
    return [
      graphIssue(
        'no_output',
        'The workflow has no output node (FluxTrainEnd, SaveImage, …), so no node would run',
      ),
    ];
  }
  const reached = new Set(outputs.flatMap((id) => [...findUpstream(workflow, id)]));
  return Object.keys(workflow)
    .filter((id) => !reached.has(id))
    .map((id) => nodeIssue(workflow, id, 'unreachable', 'leads to no output node, so it would never run'));
}

/** A node and all nodes that it depends on. */
function findUpstream(workflow: Workflow, start: string): ReadonlySet<string> {
  const seen = new Set<string>();
  const open = [start];
  for (let id = open.pop(); id !== undefined; id = open.pop()) {
    const node = workflow[id];
    if (node === undefined || seen.has(id)) continue;
    seen.add(id);
    open.push(...getLinks(node).map(([, [from]]) => from));
  }
  return seen;
}

function findCircle(workflow: Workflow): readonly string[] | undefined {
  const finished = new Set<string>();
  for (const id of Object.keys(workflow)) {
    const circle = findCircleFrom(workflow, { id, path: [], finished });
    if (circle !== undefined) return circle;
  }
  return undefined;
}

interface Visit {
  readonly id: string;
  readonly path: readonly string[];
  readonly finished: Set<string>;
}

function findCircleFrom(workflow: Workflow, { id, path, finished }: Visit): readonly string[] | undefined {
  if (path.includes(id)) return [...path.slice(path.indexOf(id)), id];
  const node = workflow[id];
  if (node === undefined || finished.has(id)) return undefined;
  for (const [, [from]] of getLinks(node)) {
    const circle = findCircleFrom(workflow, { id: from, path: [...path, id], finished });
    if (circle !== undefined) return circle;
  }
  finished.add(id);
  return undefined;
}
