import type { ObjectStore } from '@trainyard/application';
import type { WireTimes } from './clock.ts';

/** How long a training takes: so much per step, or always the same. Full times. */
export type TrainingPace = { readonly secondsPerStep: number } | { readonly durationMs: number };

/** All of it optional but the store. Times are full times, as on RunPod; `timeScale` scales them all. */
export interface SimulatorOptions {
  /** Where training data is read and LoRAs are written. */
  readonly store: ObjectStore;
  /** Keys that are let in; `simulator-key` by default. */
  readonly apiKeys?: readonly string[];
  /** The endpoints that exist; any by default. */
  readonly endpointIds?: readonly string[];
  /** Real time / full time; 1 by default. 1/1500 makes a 50-minute training last 2 s. */
  readonly timeScale?: number;
  /** Whether times on the wire are full (default) or already scaled by the caller. */
  readonly wireTimes?: WireTimes;
  /** Workers per endpoint; 8 by default. */
  readonly workers?: number;
  /** From asking for a worker to its first job; 95 s by default (reference §5). */
  readonly coldStartMs?: number;
  /** How long a worker without a job stays warm; 5 s by default (RunPod's idle timeout). */
  readonly idleTimeoutMs?: number;
  /** 1.5 s per step by default, so that 2000 steps take 50 minutes. */
  readonly pace?: TrainingPace;
  /** How often the training reports its progress; every 15 s by default. */
  readonly progressEveryMs?: number;
  /** A container that knows no `output_key` and writes `{model_name}.safetensors`. */
  readonly ignoreOutputKey?: boolean;
  /** Where the container puts the training data; `/training_data` by default. */
  readonly datasetDir?: string;
  /** Whether loss plot and samples are written beside the LoRA; yes by default. */
  readonly pictures?: boolean;
  /** A file that every event of the history is appended to as a line of JSON. */
  readonly historyFile?: string;
}

/** The options with RunPod's own values where nothing else was asked for. */
export type Settings = Required<Omit<SimulatorOptions, 'store' | 'endpointIds' | 'historyFile'>> &
  Pick<SimulatorOptions, 'endpointIds'>;

/** Throws a `RangeError` for a factor or a number of workers that cannot be. */
export function resolveSettings(options: SimulatorOptions): Settings {
  const { store: _store, historyFile: _file, endpointIds, ...given } = options;
  const settings: Settings = {
    apiKeys: ['simulator-key'],
    timeScale: 1,
    wireTimes: 'full',
    workers: 8,
    coldStartMs: 95_000,
    idleTimeoutMs: 5_000,
    pace: { secondsPerStep: 1.5 },
    progressEveryMs: 15_000,
    ignoreOutputKey: false,
    datasetDir: '/training_data',
    pictures: true,
    ...given,
    ...(endpointIds === undefined ? {} : { endpointIds }),
  };
  if (!(settings.timeScale > 0)) throw new RangeError(`timeScale must be above 0, is ${settings.timeScale}`);
  if (!Number.isInteger(settings.workers) || settings.workers < 0)
    throw new RangeError(`workers must be a whole number from 0, is ${settings.workers}`);
  return settings;
}
