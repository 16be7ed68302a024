import { fileURLToPath } from 'node:url';
import { z } from 'zod';
import { startDemoProcess } from './child-process.ts';

/** The RunPod simulator of the demo, a separate process. */
export interface SimulatorProcess {
  /** For `RUNPOD_ENDPOINT_BASE_URL`. */
  readonly baseUrl: string;
  readonly apiKey: string;
  readonly endpointId: string;
  close(): Promise<void>;
}

/** Options of {@link startSimulator}. */
export interface SimulatorOptions {
  readonly storeUrl: string;
  /** Time factor relative to RunPod. */
  readonly factor: number;
}

const MAIN = fileURLToPath(new URL('./main.ts', import.meta.resolve('@trainyard/runpod-simulator')));
const WORKERS = 8;
const listeningEventSchema = z.object({ event: z.literal('simulator_listening'), base_url: z.string() });

/** Starts the simulator with eight workers. Throws Error if it does not start within 20 s. */
export async function startSimulator({ storeUrl, factor }: SimulatorOptions): Promise<SimulatorProcess> {
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
    },
  });
  try {
    const { base_url: baseUrl } = listeningEventSchema.parse(JSON.parse(startLine));
    return { baseUrl, apiKey, endpointId, close };
  } catch (error) {
    await close();
    throw error;
  }
}

/** Lets the worker of the next run die in the middle of the run. Throws Error if the simulator refuses the fault. */
export async function injectWorkerCrash({ baseUrl, apiKey }: SimulatorProcess): Promise<void> {
  const response = await fetch(`${new URL(baseUrl).origin}/__simulator/faults`, {
    method: 'POST',
    headers: { authorization: `Bearer ${apiKey}`, 'content-type': 'application/json' },
    body: JSON.stringify({ kind: 'worker_crash', at_fraction: 0.5 }),
  });
  if (!response.ok) throw new Error(`The simulator refused a fault: ${await response.text()}`);
}
