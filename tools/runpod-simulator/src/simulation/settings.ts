import type { ObjectStore } from '@trainyard/application';
import { NODE_SCHEMAS, type NodeSchemas } from '@trainyard/comfyui';
import type { WireTimes } from './clock.ts';

/** Duration of a run: per step, or fixed. Unscaled. */
export type TrainingPace = { readonly secondsPerStep: number } | { readonly durationMs: number };

/** Options of a simulator. Times are unscaled ms, as in RunPod's API; `timeScale` scales all of them. */
export interface SimulatorOptions {
  /** Object store with the training data, to which LoRA files are written. */
  readonly store: ObjectStore;
  /** Accepted API keys; `simulator-key` by default. */
  readonly apiKeys?: readonly string[];
  /** Ids of existing endpoints; any id by default. */
  readonly endpointIds?: readonly string[];
  /** Real time divided by full time; 1 by default. 1/1500 reduces a training of 50 min to 2 s. */
  readonly timeScale?: number;
  /** Unit of times in requests and responses; `full` by default. */
  readonly wireTimes?: WireTimes;
  /** Workers per endpoint; 8 by default. */
  readonly workers?: number;
  /** Start of a worker until its first job; 95 s by default, as measured on RunPod. */
  readonly coldStartMs?: number;
  /** Idle timeout of a worker; 5 s by default, as on RunPod. */
  readonly idleTimeoutMs?: number;
  /** Time that the container loads models before the first step; 0 by default. */
  readonly loadingMs?: number;
  /** 1.5 s per step by default: 2000 steps take 50 min. */
  readonly pace?: TrainingPace;
  /** Interval of progress reports; 15 s by default. */
  readonly progressEveryMs?: number;
  /** True for a container that ignores `output_key` and writes `{model_name}.safetensors`; false by default. */
  readonly ignoreOutputKey?: boolean;
  /** Folder of the training data in the container; `/training_data` by default. */
  readonly datasetDir?: string;
  /** Node classes of the container's ComfyUI; the built-in ones of Trainyard by default. */
  readonly nodeSchemas?: NodeSchemas;
  /** Writes loss plot and samples beside the LoRA file; true by default. */
  readonly pictures?: boolean;
  /** Side of a sample in pixels; 64 by default, because a larger one takes more time to paint. */
  readonly samplePx?: number;
  /** File to which each event of the history is appended as a line of JSON. */
  readonly historyFile?: string;
}

/** The options with the values of RunPod as defaults. */
export type Settings = Required<Omit<SimulatorOptions, 'store' | 'endpointIds' | 'historyFile'>> &
  Pick<SimulatorOptions, 'endpointIds'>;

/** Fills in the defaults. Throws `RangeError` for a time scale ≤ 0 or a number of workers that is not a whole number ≥ 0. */
export function resolveSettings(options: SimulatorOptions): Settings {
  const { store: _store, historyFile: _file, endpointIds, ...given } = options;
  const settings: Settings = {
    apiKeys: ['simulator-key'],
    timeScale: 1,
    wireTimes: 'full',
    workers: 8,
    coldStartMs: 95_000,
    idleTimeoutMs: 5_000,
    loadingMs: 0,
    pace: { secondsPerStep: 1.5 },
    progressEveryMs: 15_000,
    ignoreOutputKey: false,
    datasetDir: '/training_data',
    nodeSchemas: NODE_SCHEMAS,
    pictures: true,
    samplePx: 64,
    ...given,
    ...(endpointIds === undefined ? {} : { endpointIds }),
  };
  if (!(settings.timeScale > 0)) throw new RangeError(`timeScale must be above 0, is ${settings.timeScale}`);
  if (!Number.isInteger(settings.workers) || settings.workers < 0)
    throw new RangeError(`workers must be a whole number from 0, is ${settings.workers}`);
  return settings;
}
