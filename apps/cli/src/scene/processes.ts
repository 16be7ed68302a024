import { once } from 'node:events';
import { createServer } from 'node:net';
import type { AddressInfo } from 'node:net';
import { fileURLToPath } from 'node:url';
import type { CloseStack } from '@trainyard/runtime';
import { type DemoProcess, startDemoProcess } from '../demo/child-process.ts';

/** API, dispatcher and reconciler as processes of their own. */
export interface SceneProcesses {
  /** Ends all of them at once with SIGKILL. Resolves when they are gone. */
  kill(): Promise<void>;
}

/** Options of {@link startProcesses}. */
export interface ProcessOptions {
  readonly env: Readonly<Record<string, string>>;
  readonly closing: CloseStack;
  /** Receives the log of the processes. */
  readonly log: { write(line: string): void };
}

const APPS = [
  { name: 'API', entry: '@trainyard/api', startEvent: 'api_listening' },
  { name: 'dispatcher', entry: '@trainyard/dispatcher', startEvent: 'dispatcher_started' },
  { name: 'reconciler', entry: '@trainyard/reconciler', startEvent: 'reconciler_started' },
] as const;

/** Starts the processes and registers them with `closing`. Throws Error if one does not start within 20 s. */
export async function startProcesses({ env, closing, log }: ProcessOptions): Promise<SceneProcesses> {
  const onLine = (line: string): void => log.write(`${line}\n`);
  const started = await Promise.all(
    APPS.map(({ name, entry, startEvent }) =>
      closing.start(
        name,
        () => startDemoProcess({ name, main: toMain(entry), startEvent, env, onLine }),
        (each) => each.close(),
      ),
    ),
  );
  return { kill: async () => void (await Promise.all(started.map(killProcess))) };
}

function toMain(entry: string): string {
  return fileURLToPath(new URL('./main.ts', import.meta.resolve(entry)));
}

async function killProcess({ child }: DemoProcess): Promise<void> {
  const exited = once(child, 'exit');
  child.kill('SIGKILL');
  await exited;
}

/** Finds a free port, which the API keeps when its process is replaced. */
export async function findPort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  await new Promise((resolve) => server.close(resolve));
  return port;
}
