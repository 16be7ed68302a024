import { type ChildProcess, spawn } from 'node:child_process';
import { closeSync, openSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';

/** Apps that run as processes of a fleet. */
export type App = 'dispatcher' | 'reconciler' | 'runpod-simulator' | 'api';

/** Compiled modules of earlier processes; they halve the CPU time of a start. */
const COMPILE_CACHE = fileURLToPath(new URL('../../../../node_modules/.cache/fleet', import.meta.url));

/**
 * Starts an app with exactly this environment (and a compile cache) and appends its output to the log file.
 * @param main entry file; the `main.ts` of the app by default
 */
export function startProcess(
  app: App,
  env: Readonly<Record<string, string>>,
  logFile: string,
  main = toMainPath(app),
): FleetProcess {
  const log = openSync(logFile, 'a');
  const child = spawn(process.execPath, [main], {
    env: { NODE_COMPILE_CACHE: COMPILE_CACHE, ...env },
    stdio: ['ignore', log, log],
  });
  closeSync(log);
  const exited = waitForExit(child);
  return {
    app,
    exited,
    get pid() {
      return child.pid ?? 0;
    },
    signal: (signal) => void child.kill(signal),
    kill: async () => {
      child.kill('SIGKILL');
      await exited;
    },
    stop: async () => {
      child.kill('SIGCONT');
      child.kill('SIGTERM');
      const killTimer = setTimeout(() => child.kill('SIGKILL'), STOP_TIMEOUT_MS);
      await exited;
      clearTimeout(killTimer);
    },
  };
}

/** The entry file of an app, as in production. */
export function toMainPath(app: App): string {
  const folder = app === 'runpod-simulator' ? 'tools' : 'apps';
  return fileURLToPath(new URL(`../../../../${folder}/${app}/src/main.ts`, import.meta.url));
}

const LISTEN_TIMEOUT_MS = 60_000;

/** Requests the URL every 20 ms until a response of any status arrives. Throws after 60 s. */
export async function waitUntilListening(url: string): Promise<void> {
  const deadline = performance.now() + LISTEN_TIMEOUT_MS;
  while (!(await fetch(url, { signal: AbortSignal.timeout(1_000) }).catch(() => undefined))) {
    if (performance.now() > deadline) throw new Error(`${url} does not listen after 60 s`);
    await sleep(20);
  }
}

/** A child process with its own memory and connections, as in production. */
export interface FleetProcess {
  readonly app: App;
  readonly pid: number;
  /** Resolves with the exit code, or with null when a signal ended the process. */
  readonly exited: Promise<number | null>;
  signal(signal: NodeJS.Signals): void;
  /** Sends SIGKILL and waits for the exit. */
  kill(): Promise<void>;
  /** Sends SIGTERM and waits for the exit; sends SIGKILL after 15 s. */
  stop(): Promise<void>;
}

const STOP_TIMEOUT_MS = 15_000;

function waitForExit(child: ChildProcess): Promise<number | null> {
  return child.exitCode !== null || child.signalCode !== null
    ? Promise.resolve(child.exitCode)
    : new Promise((resolve) => child.once('exit', resolve));
}
