import { randomInt } from 'node:crypto';
import { createServer } from 'node:net';

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

/** Below the ports that systems give to connections: one of those would be taken while its process is dead. */
const LOWEST_PORT = 10_000;
const HIGHEST_PORT = 32_000;
const assignedPorts = new Set<number>();

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

function isFree(port: number): Promise<boolean> {
  return new Promise((resolve, reject) => {
    const server = createServer().once('error', (error: NodeJS.ErrnoException) =>
      error.code === 'EADDRINUSE' || error.code === 'EACCES' ? resolve(false) : reject(error),
    );
    server.listen(port, '127.0.0.1', () => server.close(() => resolve(true)));
  });
}

/** A loopback port that nobody uses just now, and that nobody else in this process was or will be given. */
export async function freePort(): Promise<number> {
  for (;;) {
    if (assignedPorts.size >= HIGHEST_PORT - LOWEST_PORT) throw new Error('every port was handed out');
    const port = randomInt(LOWEST_PORT, HIGHEST_PORT);
    if (assignedPorts.has(port)) continue;
    assignedPorts.add(port);
    if (await isFree(port)) return port;
  }
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
