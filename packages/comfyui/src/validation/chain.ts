import type { WorkflowIssue } from '../errors.ts';
import {
  findNodesByClass,
  getLiteralNumber,
  graphIssue,
  inputIssue,
  isLink,
  nodeIssue,
  type Workflow,
} from '../workflow.ts';

const LOOPS = ['FluxTrainLoop', 'FluxTrainAndValidateLoop'];
const SAVES = ['FluxTrainSave', 'FluxTrainEnd'];
/** Nodes that only read the trainer, so they may share an output with the next node of the chain. */
const READERS = ['VisualizeLoss'];

/**
 * Checks the path of the trainer through the graph. The trainer is a mutable object, so nodes that are not in series
 * have no defined order; only loops train, and `max_train_steps` alone has no effect (docs/training-nodes.md).
 */
export function checkChain(workflow: Workflow): readonly WorkflowIssue[] {
  const inits = findNodesByClass(workflow, 'InitFluxLoRATraining');
  const [init] = inits;
  if (init === undefined || inits.length > 1) {
    return [
      graphIssue(
        'structure',
        `A workflow must have exactly one InitFluxLoRATraining; this workflow has ${inits.length}`,
      ),
    ];
  }
  const forks = findForks(workflow);
  if (forks.length > 0) return forks;
  const chain = findChain(workflow, init);
  return [...checkLoops(workflow, init), ...checkSaved(workflow, chain)];
}

/** Nodes that receive the trainer from `nodeId` and change it or depend on its state. */
function findFollowers(workflow: Workflow, nodeId: string): readonly string[] {
  return Object.keys(workflow).filter((id) => {
    const node = workflow[id];
    const link = node?.inputs['network_trainer'];
    return isLink(link) && link[0] === nodeId && !READERS.includes(node?.class_type ?? '');
  });
}

function findForks(workflow: Workflow): readonly WorkflowIssue[] {
  return Object.keys(workflow)
    .map((id) => [id, findFollowers(workflow, id)] as const)
    .filter(([, next]) => next.length > 1)
    .map(([id, next]) => {
      const detail = `its trainer goes to nodes ${next.join(' and ')}, whose order is undefined; connect them in series`;
      return nodeIssue(workflow, id, 'structure', detail);
    });
}

function findChain(workflow: Workflow, init: string): readonly string[] {
  const chain = [init];
  for (
    let [next] = findFollowers(workflow, init);
    next !== undefined;
    [next] = findFollowers(workflow, next)
  ) {
    chain.push(next);
  }
  return chain;
}

function checkLoops(workflow: Workflow, init: string): readonly WorkflowIssue[] {
  const plain = findNodesByClass(workflow, 'FluxTrainLoop');
  const validating = findNodesByClass(workflow, 'FluxTrainAndValidateLoop');
  if (plain.length + validating.length === 0) {
    return [
      graphIssue(
        'structure',
        'Without a FluxTrainLoop the workflow does not train, whatever max_train_steps is',
      ),
    ];
  }
  if (validating.length > 0) return checkSingleLoop(workflow, [...validating, ...plain]);
  return checkSum(workflow, { init, loops: plain });
}

function checkSingleLoop(workflow: Workflow, loops: readonly string[]): readonly WorkflowIssue[] {
  const detail = 'runs to max_train_steps alone, so a second loop is not allowed';
  return loops
    .slice(1)
    .map((id) => nodeIssue(workflow, id, 'structure', `FluxTrainAndValidateLoop ${detail}`));
}

function checkSum(
  workflow: Workflow,
  { init, loops }: Readonly<{ init: string; loops: readonly string[] }>,
): readonly WorkflowIssue[] {
  const steps = loops.map((id) => getLiteralNumber(workflow, id, 'steps'));
  const wanted = getLiteralNumber(workflow, init, 'max_train_steps');
  const sum = steps.reduce<number | undefined>(
    (total, part) => (total === undefined || part === undefined ? undefined : total + part),
    0,
  );
  // A missing number is reported with the inputs.
  if (sum === undefined || wanted === undefined || sum === wanted) return [];
  const bound = `${sum}, the sum of the loops' steps`;
  const detail = `is ${wanted}, but the loops (${loops.join(', ')}) train ${sum} steps`;
  return [inputIssue(workflow, init, 'max_train_steps', { code: 'steps_mismatch', bound, detail })];
}

function checkSaved(workflow: Workflow, chain: readonly string[]): readonly WorkflowIssue[] {
  const isOf = (classes: readonly string[]) => (id: string) =>
    classes.includes(workflow[id]?.class_type ?? '');
  const lastLoop = chain.findLastIndex(isOf(LOOPS));
  if (lastLoop === -1 || chain.findLastIndex(isOf(SAVES)) > lastLoop) return [];
  const detail = 'is the last loop, and no node after it saves the LoRA (FluxTrainSave or FluxTrainEnd)';
  return [nodeIssue(workflow, chain[lastLoop] ?? '', 'structure', detail)];
}
