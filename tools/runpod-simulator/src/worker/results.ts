import { isDeepStrictEqual } from 'node:util';
import type { ObjectStore } from '@trainyard/application';
import type { Workflow } from '@trainyard/comfyui';
import { drawLossPlot } from '../artifacts/pictures.ts';
import { createLoraFile } from '../artifacts/safetensors.ts';
import { drawSample } from '../artifacts/sample.ts';
import type { TrainingPlan } from './training-run.ts';

/** Results of a training and their destination. */
export interface TrainingResults {
  readonly plan: TrainingPlan;
  readonly imageCount: number;
  readonly lossAt: (step: number) => number;
  readonly jobId: string;
  readonly modelName: string;
  /** Key of the LoRA file in the object store. */
  readonly key: string;
  readonly pictures: boolean;
  /** Side of a sample in pixels. */
  readonly samplePx: number;
}

const PLOT_POINTS = 1_000;

/**
 * Uploads the LoRA file under its key, and loss plot and samples beside it. The training nodes write
 * `{output_name}_rank{dim}_{dtype}.safetensors`, and the container renames it (docs/training-nodes.md). Throws when the
 * object store is unavailable.
 */
export async function uploadResults(store: ObjectStore, results: TrainingResults): Promise<TrainedFiles> {
  const { plan, key, jobId, modelName, imageCount } = results;
  const lora = createLoraFile({ ...plan, imageCount, seed: jobId });
  if (results.pictures) await uploadPictures(store, results);
  await store.put(key, lora, { contentType: 'application/octet-stream' });
  return { loraName: `${modelName}.safetensors`, loraUrl: store.toUri(key), sizeBytes: lora.length };
}

async function uploadPictures(
  store: ObjectStore,
  { plan, key, jobId, lossAt, samplePx }: TrainingResults,
): Promise<void> {
  const stem = key.replace(/\.safetensors$/, '');
  const contentType = 'image/png';
  if (plan.plot) {
    const every = Math.max(1, Math.ceil(plan.steps / PLOT_POINTS));
    const losses = Array.from({ length: Math.floor(plan.steps / every) }, (_, at) =>
      lossAt((at + 1) * every),
    );
    await store.put(`${stem}_loss.png`, drawLossPlot(losses, plan.plot), { contentType });
  }
  for (const [at, prompt] of plan.samplePrompts.entries()) {
    const name = `${stem}_sample_${String(at).padStart(2, '0')}.png`;
    const sample = { prompt, run: jobId, loss: lossAt(plan.steps), sizePx: samplePx };
    await store.put(name, drawSample(sample), { contentType });
  }
}

/** Cache of a warm ComfyUI: returns the outputs of the last workflow for an identical workflow. */
export interface ComfyCache {
  /** Returns the cached outputs when ComfyUI would execute no node (docs/training-nodes.md). */
  find(workflow: Workflow): TrainedFiles | undefined;
  save(workflow: Workflow, files: TrainedFiles): void;
}

/** Files of a training in the object store. */
export interface TrainedFiles {
  readonly loraName: string;
  readonly loraUrl: string;
  readonly sizeBytes: number;
}

/** Creates the empty cache of a new worker. */
export function createComfyCache(): ComfyCache {
  let last: { readonly workflow: Workflow; readonly files: TrainedFiles } | undefined;
  return {
    find(workflow) {
      return last && !resetsDataset(workflow) && isDeepStrictEqual(last.workflow, workflow)
        ? last.files
        : undefined;
    },
    save(workflow, files) {
      last = { workflow, files };
    },
  };
}

/** `reset_on_queue` executes the dataset node and all nodes after it again. */
function resetsDataset(workflow: Workflow): boolean {
  return Object.values(workflow).some(
    ({ class_type, inputs: { reset_on_queue } }) =>
      class_type === 'TrainDatasetGeneralConfig' && reset_on_queue === true,
  );
}
