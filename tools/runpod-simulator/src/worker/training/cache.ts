import { isDeepStrictEqual } from 'node:util';
import type { Workflow } from '@trainyard/comfyui';

/** What a warm ComfyUI keeps of the workflow it ran last: its outputs, given again for an identical one. */
export interface ComfyCache {
  /** The old outputs, when ComfyUI would run nothing at all (node reference, section 5). */
  find(workflow: Workflow): TrainedFiles | undefined;
  save(workflow: Workflow, files: TrainedFiles): void;
}

/** What a training left in the object store. */
export interface TrainedFiles {
  readonly loraName: string;
  readonly loraUrl: string;
  readonly sizeBytes: number;
}

/** The memory of one worker; a new worker begins without one. */
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

/** `reset_on_queue` makes the dataset node run anew, and with it everything after it. */
function resetsDataset(workflow: Workflow): boolean {
  return Object.values(workflow).some(
    ({ class_type, inputs: { reset_on_queue } }) =>
      class_type === 'TrainDatasetGeneralConfig' && reset_on_queue === true,
  );
}
