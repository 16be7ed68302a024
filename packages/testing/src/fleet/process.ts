import { type ChildProcess, spawn } from 'node:child_process';
import { closeSync, openSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

/** The processes that a fleet is made of, by the app they run. */
export type App = 'dispatcher' | 'reconciler' | 'runpod-simulator' | 'api';

/** Starts an app with these settings alone; what it prints goes to the log file. */
export function startProcess(
  app: App,
  env: Readonly<Record<string, string>>,
  logFile: string,
  main = toMainPath(app),
): FleetProcess {
  const log = openSync(logFile, 'a');
  const child = spawn(process.execPath, [main], { env: { ...env }, stdio: ['ignore', log, log] });
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

/** Where an app begins in production. */
export function toMainPath(app: App): string {
  return fileURLToPath(new URL(`../../../${app}/src/main.ts`, import.meta.url));
}

/** A process of ours, as in production: its own memory, its own connections, killable. */
export interface FleetProcess {
  readonly app: App;
  readonly pid: number;
  /** Resolves when it is gone, with its exit code; null when a signal ended it. */
  readonly exited: Promise<number | null>;
  signal(signal: NodeJS.Signals): void;
  /** Ends it now and waits until it is gone. */
  kill(): Promise<void>;
  /** Asks it to end and waits; kills it when it does not. */
  stop(): Promise<void>;
}

const STOP_TIMEOUT_MS = 15_000;

function waitForExit(child: ChildProcess): Promise<number | null> {
  return child.exitCode !== null || child.signalCode !== null
    ? Promise.resolve(child.exitCode)
    : new Promise((resolve) => child.once('exit', resolve));
}
