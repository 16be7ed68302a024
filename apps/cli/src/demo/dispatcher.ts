import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import type { CloseStack } from '@trainyard/runtime';
import { type DemoProcess, startDemoProcess } from './child-process.ts';

/** The dispatcher of the demo, a process of its own that can be killed. */
export interface DispatcherProcess {
  /** Ends it with SIGKILL and starts it again. Resolves when the new process runs. */
  killAndRestart(): Promise<void>;
}

/** Options of {@link startDispatcherProcess}. */
export interface DispatcherOptions {
  readonly env: Readonly<Record<string, string>>;
  readonly closing: CloseStack;
  /** Receives the log of the process. */
  readonly log: { write(line: string): void };
}

const MAIN = fileURLToPath(new URL('./main.ts', import.meta.resolve('@trainyard/dispatcher')));

/** Starts the dispatcher and registers it with `closing`. Throws Error if it does not start within 20 s. */
export async function startDispatcherProcess(options: DispatcherOptions): Promise<DispatcherProcess> {
  const { closing, env, log } = options;
  const onLine = (line: string): void => log.write(`${line}\n`);
  const start = (): Promise<DemoProcess> =>
    closing.start(
      'dispatcher',
      () =>
        startDemoProcess({ name: 'dispatcher', main: MAIN, startEvent: 'dispatcher_started', env, onLine }),
      (each) => each.close(),
    );
  let current = await start();
  return {
    killAndRestart: async () => {
      const exited = once(current.child, 'exit');
      current.child.kill('SIGKILL');
      await exited;
      current = await start();
    },
  };
}
