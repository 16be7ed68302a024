import { fileURLToPath } from 'node:url';
import { z } from 'zod';
import { startDemoProcess } from './child-process.ts';

/** The RunPod simulator of the demo, a separate process. */
export interface SimulatorProcess {
  /** For `RUNPOD_ENDPOINT_BASE_URL`. */
  readonly baseUrl: string;
  readonly apiKey: string;
  readonly endpointId: string;
  /** Calls a route of the simulator that RunPod does not have. Throws Error when it refuses the body. */
  control(method: 'POST' | 'PUT', path: string, body: object): Promise<void>;
  close(): Promise<void>;
}

/** Options of {@link startSimulator}. */
export interface SimulatorOptions {
  readonly storeUrl: string;
  /** Time factor relative to RunPod. */
  readonly factor: number;
  /** Further settings of the simulator. */
  readonly env?: Readonly<Record<string, string>>;
}

const MAIN = fileURLToPath(new URL('./main.ts', import.meta.resolve('@trainyard/runpod-simulator')));
const WORKERS = 8;
const listeningEventSchema = z.object({ event: z.literal('simulator_listening'), base_url: z.string() });

/** Starts the simulator with eight workers. Throws Error if it does not start within 20 s. */
export async function startSimulator({ storeUrl, factor, env }: SimulatorOptions): Promise<SimulatorProcess> {
  const [apiKey, endpointId] = ['demo-simulator-key', 'demo'];
  const { startLine, close } = await startDemoProcess({
    name: 'RunPod simulator',
    main: MAIN,
    startEvent: 'simulator_listening',
    env: {
      PORT: '0',
      RUNPOD_API_KEY: apiKey,
      OBJECT_STORE_URL: storeUrl,
      SIMULATOR_ENDPOINT_IDS: endpointId,
      SIMULATOR_TIME_SCALE: String(1 / factor),
      SIMULATOR_WORKERS: String(WORKERS),
      ...env,
    },
  });
  try {
    const { base_url: baseUrl } = listeningEventSchema.parse(JSON.parse(startLine));
    const control: SimulatorProcess['control'] = (method, path, body) =>
      callSimulator({ baseUrl, apiKey }, { method, path, body });
    return { baseUrl, apiKey, endpointId, control, close };
  } catch (error) {
    await close();
    throw error;
  }
}

interface ControlCall {
  readonly method: 'POST' | 'PUT';
  readonly path: string;
  readonly body: object;
}

async function callSimulator(
  { baseUrl, apiKey }: Pick<SimulatorProcess, 'baseUrl' | 'apiKey'>,
  { method, path, body }: ControlCall,
): Promise<void> {
  const response = await fetch(`${new URL(baseUrl).origin}/__simulator/${path}`, {
    method,
    headers: { authorization: `Bearer ${apiKey}`, 'content-type': 'application/json' },
    body: JSON.stringify(body),
  });
  if (!response.ok) throw new Error(`The simulator refused ${path}: ${await response.text()}`);
}

/** Lets the worker of the next run die in the middle of the run. Throws Error if the simulator refuses the fault. */
export function injectWorkerCrash({ control }: SimulatorProcess): Promise<void> {
  return control('POST', 'faults', { kind: 'worker_crash', at_fraction: 0.5 });
}
