/** What a fleet is started with. */
export interface FleetPlan {
  readonly redisUrl: string;
  /** An empty folder of the fleet's own. */
  readonly dir: string;
  /** How many times faster than life everything runs (DESIGN §8). */
  readonly timeFactor: number;
  readonly maxConcurrency: number;
  /** Duration of one run in the time of life, ms; by its steps unless told. */
  readonly runMs?: number;
  readonly coldStartMs: number;
  readonly simulatorWorkers: number;
  /** Epoch ms at which scaled and real time agree. */
  readonly anchorMs?: number;
}

const ENDPOINT_ID = 'fleet';
export const API_KEY = 'simulator-key';
const ANCHOR_MS = Date.UTC(2026, 0, 1);

/** The settings of every process of ours. */
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

/** The settings of the stand-in, whose own record is the judge of what happened. */
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
