import { NODE_SCHEMAS } from '../nodes/registry.ts';
import type { NodeSchemas } from '../nodes/schema.ts';
import { WorkflowError, type WorkflowIssue } from '../workflow/error.ts';
import type { Workflow } from '../workflow/workflow.ts';
import { checkChain } from './chain.ts';
import { bucketRules, cacheRules, datasetPathRules, warmWorkerRules } from './dataset-rules.ts';
import { checkGraph } from './graph.ts';
import { checkInputs } from './inputs.ts';
import { argumentRules, outputRules, promptRules } from './output-rules.ts';
import {
  applyRules,
  literalValueRules,
  memoryRules,
  optimizerRules,
  type Rule,
  trainerRules,
} from './rules.ts';
import { readShape } from './shape.ts';

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
 * Every fault of a workflow: what ComfyUI would refuse, what it would drop without a word, and what would end
 * in a failed or worthless training (SPEC §4; node reference, sections 3 to 7). Empty means it may be sent.
 * `schemas` adds to or replaces the known node classes.
 */
export function validateWorkflow(
  workflow: unknown,
  schemas: NodeSchemas = NODE_SCHEMAS,
): readonly WorkflowIssue[] {
  const shape = readShape(workflow);
  if ('issues' in shape) return shape.issues;
  const inputs = checkInputs(shape.workflow, schemas);
  const rules = applyRules(shape.workflow, RULES);
  // Where links are broken, what follows from them would only repeat it.
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

/** The same as an assertion. Thrown when the workflow has any fault: {@link WorkflowError}. */
export function requireValid(workflow: unknown, schemas: NodeSchemas = NODE_SCHEMAS): Workflow {
  const issues = validateWorkflow(workflow, schemas);
  if (issues.length > 0) throw new WorkflowError(issues);
  return workflow as Workflow;
}
