import type { Workflow } from '@trainyard/comfyui';

/** What the workflow's nodes ask the trainer for. */
export interface TrainingPlan {
  /** What the loops train; `max_train_steps` alone trains nothing (node reference, section 4). */
  readonly steps: number;
  readonly maxTrainSteps: number;
  readonly outputName: string;
  readonly networkDim: number;
  readonly networkAlpha: number;
  readonly learningRate: number;
  readonly saveDtype: string;
  readonly datasetPaths: readonly string[];
  /** The prompts of the validation node; none without one. */
  readonly samplePrompts: readonly string[];
  /** The size of the loss plot; absent without that node. */
  readonly plot?: { readonly width: number; readonly height: number };
}

/** Reads the plan of a workflow that ComfyUI would take. */
export function planOf(workflow: Workflow): TrainingPlan {
  const nodes = Object.values(workflow);
  const inputsOf = (...classes: string[]) =>
    nodes.filter(({ class_type }) => classes.includes(class_type)).map(({ inputs }) => inputs);
  const init = inputsOf('InitFluxLoRATraining')[0] ?? {};
  const plot = inputsOf('VisualizeLoss')[0];
  const maxTrainSteps = number(init, 'max_train_steps', 1500);
  const loops = inputsOf('FluxTrainLoop').reduce((sum, loop) => sum + number(loop, 'steps', 1), 0);
  const validates = inputsOf('FluxTrainValidate', 'FluxTrainAndValidateLoop').length > 0;
  return {
    steps: inputsOf('FluxTrainAndValidateLoop').length > 0 ? maxTrainSteps : Math.min(loops, maxTrainSteps),
    maxTrainSteps,
    outputName: text(init, 'output_name', 'flux_lora'),
    networkDim: number(init, 'network_dim', 4),
    networkAlpha: number(init, 'network_alpha', 1),
    learningRate: number(init, 'learning_rate', 4e-4),
    saveDtype: text(init, 'save_dtype', 'bf16'),
    datasetPaths: inputsOf('TrainDatasetAdd').map((dataset) => text(dataset, 'dataset_path', '')),
    samplePrompts: validates ? promptsIn(text(init, 'sample_prompts', '')) : [],
    ...(plot ? { plot: { width: number(plot, 'width', 768), height: number(plot, 'height', 512) } } : {}),
  };
}

type Inputs = Readonly<Record<string, unknown>>;

function number(inputs: Inputs, name: string, otherwise: number): number {
  const value = Number(inputs[name]);
  return inputs[name] === undefined || Number.isNaN(value) ? otherwise : value;
}

function text(inputs: Inputs, name: string, otherwise: string): string {
  const value = inputs[name];
  return typeof value === 'string' ? value : otherwise;
}

function promptsIn(prompts: string): readonly string[] {
  return prompts
    .split('|')
    .map((prompt) => prompt.trim())
    .filter((prompt) => prompt !== '' && !prompt.startsWith('#'));
}
