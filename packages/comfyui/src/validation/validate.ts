import { WorkflowError, type WorkflowIssue } from '../errors.ts';
import { NODE_SCHEMAS } from '../nodes/registry.ts';
import { findSchema, type NodeSchemas } from '../nodes/schema.ts';
import { getLinks, graphIssue, nodeIssue, type Workflow } from '../workflow.ts';
import { checkChain } from './chain.ts';
import { checkInputs } from './inputs.ts';
import {
  applyRules,
  argumentRules,
  bucketRules,
  cacheRules,
  datasetPathRules,
  literalValueRules,
  memoryRules,
  optimizerRules,
  outputRules,
  promptRules,
  type Rule,
  trainerRules,
  warmWorkerRules,
} from './rules.ts';

const RULES: readonly Rule[] = [
  literalValueRules,
  warmWorkerRules,
  datasetPathRules,
  bucketRules,
  cacheRules,
  optimizerRules,
  memoryRules,
  trainerRules,
  outputRules,
  argumentRules,
  promptRules,
];

/**
 * Finds every fault of a workflow: values that ComfyUI would reject, values that it would ignore silently, and values
 * that would end in a failed or worthless training (docs/training-nodes.md). An empty list means that the workflow can
 * be submitted. `schemas` replaces the known node classes, and `unknownClass` is the reason why other classes are unknown.
 */
export function validateWorkflow(
  workflow: unknown,
  schemas: NodeSchemas = NODE_SCHEMAS,
  unknownClass?: string,
): readonly WorkflowIssue[] {
  const shape = readShape(workflow);
  if ('issues' in shape) return shape.issues;
  const inputs = checkInputs(shape.workflow, schemas, unknownClass);
  const rules = applyRules(shape.workflow, RULES);
  // With broken links, the findings about the graph would only repeat the findings about the links.
  const isWired = !inputs.some((issue) => BREAKS_WIRING.has(issue.code));
  const wiring = isWired ? [...checkGraph(shape.workflow, schemas)] : [];
  const hasCircle = wiring.some((issue) => issue.code === 'cycle');
  const chain = isWired && !hasCircle ? checkChain(shape.workflow) : [];
  return [...inputs, ...wiring, ...chain, ...rules];
}

const BREAKS_WIRING: ReadonlySet<string> = new Set([
  'unknown_class',
  'bad_link',
  'wrong_link_type',
  'wrong_source',
]);

/** Validates a workflow and returns it. Throws {@link WorkflowError} when it has a fault. */
export function requireValid(
  workflow: unknown,
  schemas: NodeSchemas = NODE_SCHEMAS,
  unknownClass?: string,
): Workflow {
  const issues = validateWorkflow(workflow, schemas, unknownClass);
  if (issues.length > 0) throw new WorkflowError(issues);
  return workflow as Workflow;
}

/** An unchecked value parsed as a graph in API format, or the issues with its shape. */
export type Shape = Readonly<{ workflow: Workflow }> | Readonly<{ issues: readonly WorkflowIssue[] }>;

/** Checks whether a value has the shape of a graph in API format; the meaning of its nodes is checked elsewhere. */
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

/** Finds cycles, and nodes that would never run. */
function checkGraph(workflow: Workflow, schemas: NodeSchemas): readonly WorkflowIssue[] {
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
