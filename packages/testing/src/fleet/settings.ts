/** Options of a fleet. */
export interface FleetPlan {
  readonly redisUrl: string;
  /** An empty folder for the object store, the logs and the history. */
  readonly dir: string;
  /** Factor by which all times are shorter than in production (docs/concepts/time.md). */
  readonly timeFactor: number;
  readonly maxConcurrency: number;
  /** Duration of a run in scaled ms; 1.5 s per step by default. */
  readonly runMs?: number;
  /** Start of a simulated worker in scaled ms. */
  readonly coldStartMs: number;
  readonly simulatorWorkers: number;
  /** Epoch ms at which scaled and real time are equal; 2026-01-01 by default. */
  readonly anchorMs?: number;
}

const ENDPOINT_ID = 'fleet';

/** RunPod API key of every fleet. */
export const API_KEY = 'simulator-key';
const ANCHOR_MS = Date.UTC(2026, 0, 1);

/** Environment of the processes of Trainyard. */
export function toProcessSettings(plan: FleetPlan, simulatorPort: number): Record<string, string> {
  return {
    PATH: '',
    REDIS_URL: plan.redisUrl,
    OBJECT_STORE_URL: `file:${plan.dir}/store`,
    MODEL_TRAINING_RUNPOD_API_KEY: API_KEY,
    MODEL_TRAINING_RUNPOD_ENDPOINT_ID: ENDPOINT_ID,
    RUNPOD_ENDPOINT_BASE_URL: `http://127.0.0.1:${simulatorPort}/v2`,
    TRAINING_CONCURRENCY: String(plan.maxConcurrency),
    TIME_FACTOR: String(plan.timeFactor),
    TIME_ANCHOR_MS: String(plan.anchorMs ?? ANCHOR_MS),
  };
}

/** Environment of the simulator, which writes its history to `history.jsonl`. */
export function toSimulatorSettings(plan: FleetPlan, port: number): Record<string, string> {
  return {
    PATH: '',
    PORT: String(port),
    RUNPOD_API_KEY: API_KEY,
    OBJECT_STORE_URL: `file:${plan.dir}/store`,
    SIMULATOR_TIME_SCALE: String(1 / plan.timeFactor),
    SIMULATOR_WORKERS: String(plan.simulatorWorkers),
    SIMULATOR_COLD_START_MS: String(plan.coldStartMs),
    ...(plan.runMs !== undefined && { SIMULATOR_RUN_MS: String(plan.runMs) }),
    SIMULATOR_HISTORY_FILE: `${plan.dir}/history.jsonl`,
  };
}
