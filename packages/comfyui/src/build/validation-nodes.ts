import { findNodesByClass, getLinks, isLink, type Workflow, type WorkflowNode } from '../workflow.ts';

/**
 * Removes validation from the graph, because validation raises the peak of GPU memory. A node that received the trainer
 * from a validation node receives it from the node before; nodes that only handle validation images are removed too.
 */
export function withoutValidation(workflow: Workflow): Workflow {
  const [id] = findNodesByClass(workflow, 'FluxTrainValidate');
  if (id === undefined) return withoutUnusedSettings(workflow);
  const source = workflow[id]?.inputs['network_trainer'];
  const kept = Object.entries(workflow)
    .filter(([key, node]) => key !== id && !usesValidationImages(node, id))
    .map(([key, node]) => [key, rewire(node, id, source)] as const);
  return withoutValidation(Object.fromEntries(kept));
}

function usesValidationImages(node: WorkflowNode, validation: string): boolean {
  return getLinks(node).some(([, [from, slot]]) => from === validation && slot === 1);
}

function rewire(node: WorkflowNode, validation: string, source: unknown): WorkflowNode {
  const link = node.inputs['network_trainer'];
  if (!isLink(link) || link[0] !== validation) return node;
  return { ...node, inputs: { ...node.inputs, network_trainer: source } };
}

function withoutUnusedSettings(workflow: Workflow): Workflow {
  const used = new Set(Object.values(workflow).flatMap((node) => getLinks(node).map(([, [from]]) => from)));
  const idle = findNodesByClass(workflow, 'FluxTrainValidationSettings').filter((id) => !used.has(id));
  return Object.fromEntries(Object.entries(workflow).filter(([id]) => !idle.includes(id)));
}
