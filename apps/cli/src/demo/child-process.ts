import { type ChildProcess, spawn } from 'node:child_process';
import { createInterface } from 'node:readline';

/** A process of the demo beside its own. */
export interface DemoProcess {
  readonly child: ChildProcess;
  /** The line of its standard output that reported its start. */
  readonly startLine: string;
  /** Ends it with SIGTERM, and with SIGKILL after 5 s. */
  close(): Promise<void>;
}

/** Options of {@link startDemoProcess}. */
export interface DemoProcessOptions {
  /** For error messages, e.g. «RunPod simulator». */
  readonly name: string;
  readonly main: string;
  readonly env: Readonly<Record<string, string>>;
  /** The event in the log line that reports the start. */
  readonly startEvent: string;
  /** Receives every line of standard output. */
  readonly onLine?: (line: string) => void;
}

const START_TIMEOUT_MS = 20_000;
const STOP_TIMEOUT_MS = 5_000;

/**
 * Starts a process and waits until its log reports the start. It is detached from the terminal and is killed at the latest
 * when this process exits. Throws Error if it does not start within 20 s.
 */
export async function startDemoProcess(options: DemoProcessOptions): Promise<DemoProcess> {
  const child = spawn(process.execPath, [options.main], {
    env: { ...options.env },
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
    return { child, startLine: await readStartLine(child, options), close };
  } catch (error) {
    await close();
    throw error;
  }
}

function readStartLine(
  child: ChildProcess,
  { name, startEvent, onLine }: DemoProcessOptions,
): Promise<string> {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(
      () => reject(new Error(`The ${name} did not start within ${START_TIMEOUT_MS / 1_000} s`)),
      START_TIMEOUT_MS,
    );
    child.once('error', reject);
    child.once('exit', (code, signal) => reject(new Error(`The ${name} exited with ${code ?? signal}`)));
    if (!child.stdout) return reject(new Error(`The ${name} has no output`));
    createInterface(child.stdout).on('line', (line) => {
      onLine?.(line);
      if (!line.includes(`"event":"${startEvent}"`)) return;
      clearTimeout(timer);
      resolve(line);
    });
  });
}

async function stopProcess(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const exited = new Promise<void>((resolve) => child.once('exit', () => resolve()));
  child.kill('SIGTERM');
  const killTimer = setTimeout(() => child.kill('SIGKILL'), STOP_TIMEOUT_MS);
  await exited;
  clearTimeout(killTimer);
}
