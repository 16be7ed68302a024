import { type ChildProcess, spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { z } from 'zod';

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
const START_TIMEOUT_MS = 20_000;
const listeningEventSchema = z.object({ event: z.literal('simulator_listening'), base_url: z.string() });

/**
 * Starts the simulator with eight workers. It is detached from the terminal and is killed at the latest when this process
 * exits. Throws Error if it does not start within 20 s.
 */
export async function startSimulator({ storeUrl, factor }: SimulatorOptions): Promise<SimulatorProcess> {
  const [apiKey, endpointId] = ['demo-simulator-key', 'demo'];
  const env = {
    PORT: '0',
    RUNPOD_API_KEY: apiKey,
    OBJECT_STORE_URL: storeUrl,
    SIMULATOR_ENDPOINT_IDS: endpointId,
    SIMULATOR_TIME_SCALE: String(1 / factor),
    SIMULATOR_WORKERS: String(WORKERS),
  };
  const child = spawn(process.execPath, [MAIN], {
    env,
    stdio: ['ignore', 'pipe', 'inherit'],
    detached: true,
  });
  const killNow = (): void => void child.kill('SIGKILL');
  process.once('exit', killNow);
  const close = async (): Promise<void> => {
    await stopProcess(child);
    process.off('exit', killNow);
  };
  try {
    const { base_url: baseUrl } = listeningEventSchema.parse(JSON.parse(await readFirstLine(child)));
    return { baseUrl, apiKey, endpointId, close };
  } catch (error) {
    await close();
    throw error;
  }
}

function readFirstLine(child: ChildProcess): Promise<string> {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(
      () => reject(new Error('The RunPod simulator did not start within 20 s')),
      START_TIMEOUT_MS,
    );
    child.once('error', reject);
    child.once('exit', (code) => reject(new Error(`The RunPod simulator exited with ${code}`)));
    if (!child.stdout) return reject(new Error('The RunPod simulator has no output'));
    createInterface(child.stdout).once('line', (line) => {
      clearTimeout(timer);
      resolve(line);
    });
  });
}

async function stopProcess(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const exited = new Promise<void>((resolve) => child.once('exit', () => resolve()));
  child.kill('SIGTERM');
  const killTimer = setTimeout(() => child.kill('SIGKILL'), 5_000);
  await exited;
  clearTimeout(killTimer);
}
