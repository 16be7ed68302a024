import { findNodesByClass, getLiteralNumber, isLink, type Workflow, withInputs } from '../workflow.ts';

/** The upper bound of the steps of a loop (docs/training-nodes.md). */
const MAX_STEPS_PER_LOOP = 10_000;

/**
 * Sets the steps of the graph's loop. Above 10 000 steps, further loops follow it, the last of them with the remainder,
 * because a step too many would train a whole extra epoch.
 */
export function withSteps(workflow: Workflow, steps: number): Workflow {
  const [first = ''] = findNodesByClass(workflow, 'FluxTrainLoop');
  const [head = 0, ...rest] = splitSteps(steps);
  let graph = withInputs(workflow, { [first]: { steps: head } });
  let last = first;
  for (const part of rest) {
    const id = findFreeId(graph, first);
    graph = insertLoop(graph, { id, after: last, steps: part });
    last = id;
  }
  return graph;
}

function splitSteps(steps: number): readonly number[] {
  const full = Math.floor(steps / MAX_STEPS_PER_LOOP);
  const remainder = steps % MAX_STEPS_PER_LOOP;
  return [...Array<number>(full).fill(MAX_STEPS_PER_LOOP), ...(remainder > 0 ? [remainder] : [])];
}

/** A free id that is the same for the same graph, because a warm worker caches by node id. */
function findFreeId(workflow: Workflow, loop: string): string {
  let number = 2;
  while (Object.hasOwn(workflow, `${loop}0${number}`)) number += 1;
  return `${loop}0${number}`;
}

interface Insertion {
  readonly id: string;
  readonly after: string;
  readonly steps: number;
}

function insertLoop(workflow: Workflow, { id, after, steps }: Insertion): Workflow {
  const rewired = Object.entries(workflow).map(([key, node]) => {
    const link = node.inputs['network_trainer'];
    const follows = isLink(link) && link[0] === after;
    return [key, follows ? { ...node, inputs: { ...node.inputs, network_trainer: [id, 0] } } : node] as const;
  });
  const loop = { class_type: 'FluxTrainLoop', inputs: { network_trainer: [after, 0], steps } };
  return { ...Object.fromEntries(rewired), [id]: loop };
}

/** Limits the averaging window of the loss plot to a tenth of the steps; a larger window flattens or shifts the curve. */
export function withPlotWindows(workflow: Workflow, steps: number): Workflow {
  const largest = Math.floor(steps / 10);
  const windows = findNodesByClass(workflow, 'VisualizeLoss').map((id) => {
    const wanted = getLiteralNumber(workflow, id, 'window_size') ?? largest;
    return [id, { window_size: Math.min(wanted, largest) }] as const;
  });
  return withInputs(workflow, Object.fromEntries(windows));
}
