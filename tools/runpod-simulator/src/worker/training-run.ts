import type { Workflow } from '@trainyard/comfyui';
import { createNoise } from '../artifacts/noise.ts';
import type { Clock } from '../simulation/clock.ts';
import type { Settings, TrainingPace } from '../simulation/settings.ts';

/** Training parameters of a workflow. */
export interface TrainingPlan {
  /** Steps of the training loops; `max_train_steps` without a loop trains no step (docs/training-nodes.md). */
  readonly steps: number;
  readonly maxTrainSteps: number;
  readonly outputName: string;
  readonly networkDim: number;
  readonly networkAlpha: number;
  readonly learningRate: number;
  readonly saveDtype: string;
  readonly datasetPaths: readonly string[];
  /** Prompts of the validation node; empty without that node. */
  readonly samplePrompts: readonly string[];
  /** Size of the loss plot in pixels; absent without that node. */
  readonly plot?: { readonly width: number; readonly height: number };
}

/** Reads the training parameters of a valid workflow; missing inputs have the defaults of the nodes. */
export function parsePlan(workflow: Workflow): TrainingPlan {
  const nodes = Object.values(workflow);
  const findInputs = (...classes: string[]) =>
    nodes.filter(({ class_type }) => classes.includes(class_type)).map(({ inputs }) => inputs);
  const init = findInputs('InitFluxLoRATraining')[0] ?? {};
  const plot = findInputs('VisualizeLoss')[0];
  const maxTrainSteps = readNumber(init, 'max_train_steps', 1500);
  const loops = findInputs('FluxTrainLoop').reduce((sum, loop) => sum + readNumber(loop, 'steps', 1), 0);
  const validates = findInputs('FluxTrainValidate', 'FluxTrainAndValidateLoop').length > 0;
  return {
    steps: findInputs('FluxTrainAndValidateLoop').length > 0 ? maxTrainSteps : Math.min(loops, maxTrainSteps),
    maxTrainSteps,
    outputName: readText(init, 'output_name', 'flux_lora'),
    networkDim: readNumber(init, 'network_dim', 4),
    networkAlpha: readNumber(init, 'network_alpha', 1),
    learningRate: readNumber(init, 'learning_rate', 4e-4),
    saveDtype: readText(init, 'save_dtype', 'bf16'),
    datasetPaths: findInputs('TrainDatasetAdd').map((dataset) => readText(dataset, 'dataset_path', '')),
    samplePrompts: validates ? parsePrompts(readText(init, 'sample_prompts', '')) : [],
    ...(plot
      ? { plot: { width: readNumber(plot, 'width', 768), height: readNumber(plot, 'height', 512) } }
      : {}),
  };
}

type Inputs = Readonly<Record<string, unknown>>;

function readNumber(inputs: Inputs, name: string, fallback: number): number {
  const value = Number(inputs[name]);
  return inputs[name] === undefined || Number.isNaN(value) ? fallback : value;
}

function readText(inputs: Inputs, name: string, fallback: string): string {
  const value = inputs[name];
  return typeof value === 'string' ? value : fallback;
}

function parsePrompts(prompts: string): readonly string[] {
  return prompts
    .split('|')
    .map((prompt) => prompt.trim())
    .filter((prompt) => prompt !== '' && !prompt.startsWith('#'));
}

/** A running training. */
export interface TrainingRun {
  /** Total duration in unscaled ms, the loading of the model included. */
  readonly fullMs: number;
  /** Last progress report, as `/status` returns it; undefined before the first step. */
  readonly progress: () => unknown;
  /** Loss at a step: a falling curve with noise. */
  readonly lossAt: (step: number) => number;
}

/** Starts the progress of a training. */
export function startTraining(
  plan: Pick<TrainingPlan, 'steps' | 'networkDim'>,
  jobId: string,
  environment: TrainingEnvironment,
): TrainingRun {
  const { steps } = plan;
  const trainingMs = getDurationMs(environment.settings.pace, steps);
  const startedAt = environment.clock.fullNow() + environment.settings.loadingMs;
  const lossAt = createLossCurve(plan, jobId);
  const { progressEveryMs } = environment.settings;
  return {
    fullMs: environment.settings.loadingMs + trainingMs,
    lossAt,
    progress: () => {
      const passedMs = environment.clock.fullNow() - startedAt;
      const reportedMs = Math.floor(passedMs / progressEveryMs) * progressEveryMs;
      const step = Math.min(steps, Math.floor((reportedMs / trainingMs) * steps));
      if (step < 1) return undefined;
      return {
        step,
        total_steps: steps,
        loss: lossAt(step),
        rate: Number(((steps / trainingMs) * 1_000).toFixed(3)),
      };
    },
  };
}

interface TrainingEnvironment {
  readonly settings: Settings;
  readonly clock: Clock;
}

function getDurationMs(pace: TrainingPace, steps: number): number {
  return 'durationMs' in pace ? pace.durationMs : pace.secondsPerStep * steps * 1_000;
}

/** A rank above 16 ends at a higher loss, so that a comparison of versions shows a difference. */
const LOWEST_LOSS = 0.23;
const BEST_RANK = 16;
const LOSS_PER_DOUBLED_RANK = 0.09;
const LOSS_SPREAD = 0.03;

function createLossCurve(
  { steps, networkDim }: Pick<TrainingPlan, 'steps' | 'networkDim'>,
  seed: string,
): (step: number) => number {
  const noise = createNoise(seed);
  const doublings = Math.max(0, Math.log2(networkDim / BEST_RANK));
  const floor = LOWEST_LOSS + noise(0) * LOSS_SPREAD + doublings * LOSS_PER_DOUBLED_RANK;
  return (step) => {
    const trend = floor + 0.36 * Math.exp((-4 * step) / steps);
    return Number((trend + (noise(step) - 0.5) * 0.06).toFixed(4));
  };
}
