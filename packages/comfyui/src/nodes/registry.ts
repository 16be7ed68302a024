import { DATASET_NODES } from './dataset.ts';
import { INIT_NODES } from './init.ts';
import { OPTIMIZER_NODES } from './optimizer.ts';
import { link, type NodeSchemas, outputNode, text } from './schema.ts';
import { TRAINING_NODES } from './training.ts';

/** Output nodes of ComfyUI itself. PreviewAny exists in recent versions only. */
const CORE_NODES: NodeSchemas = {
  SaveImage: outputNode({ images: link('IMAGE'), filename_prefix: text('ComfyUI') }),
  PreviewImage: outputNode({ images: link('IMAGE') }),
  PreviewAny: outputNode({ source: link('*') }),
};

/**
 * All node classes that a workflow may hold: FluxTrainer's nodes for LoRA training and ComfyUI's image outputs
 * (docs/training-nodes.md). `npm run check:object-info` compares them with a container.
 */
export const NODE_SCHEMAS: NodeSchemas = {
  ...DATASET_NODES,
  ...OPTIMIZER_NODES,
  ...INIT_NODES,
  ...TRAINING_NODES,
  ...CORE_NODES,
};
