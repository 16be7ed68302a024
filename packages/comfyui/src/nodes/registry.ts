import { DATASET_NODES } from './dataset.ts';
import { INIT_NODES } from './init.ts';
import { OPTIMIZER_NODES } from './optimizer.ts';
import { link, type NodeSchemas, outputNode, text } from './schema.ts';
import { TRAINING_NODES } from './training.ts';

/** ComfyUI's own nodes that a training workflow may end in. PreviewAny exists in recent versions only. */
const CORE_NODES: NodeSchemas = {
  SaveImage: outputNode({ images: link('IMAGE'), filename_prefix: text('ComfyUI') }),
  PreviewImage: outputNode({ images: link('IMAGE') }),
  PreviewAny: outputNode({ source: link('*') }),
};

/**
 * Every node class a workflow may hold: FluxTrainer's for LoRA training and the core's image outputs. Written
 * from the node reference, section 3, and checked against a container by `npm run check:object-info`.
 */
export const NODE_SCHEMAS: NodeSchemas = {
  ...DATASET_NODES,
  ...OPTIMIZER_NODES,
  ...INIT_NODES,
  ...TRAINING_NODES,
  ...CORE_NODES,
};
