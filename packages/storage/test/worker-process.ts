import { type ChildProcess, fork } from 'node:child_process';
import type { TestStore } from './stores.ts';

/** A second process that works on the same store. */
export interface Worker {
  readonly child: ChildProcess;
  /** Messages of the process in order, a message per completed operation. */
  readonly messages: readonly string[];
  /** Resolves after this number of messages; rejects if the process ends before. */
  waitForMessages(count: number): Promise<void>;
  /** Exit code of the process; null if it was killed. */
  readonly exitCode: Promise<number | null>;
}

/** Starts a script with the URL and options of the store and these arguments. */
export function startWorker(script: URL, store: TestStore, args: readonly string[]): Worker {
  const child = fork(script, [store.url, JSON.stringify(store.options), ...args], { execArgv: [] });
  const messages: string[] = [];
  child.on('message', (message) => messages.push(String(message)));
  const exitCode = new Promise<number | null>((resolve) => child.once('exit', resolve));
  const waitForMessages = (count: number) =>
    new Promise<void>((resolve, reject) => {
      const check = () => (messages.length >= count ? resolve() : undefined);
      child.on('message', check);
      child.once('exit', () =>
        reject(new Error(`${script.pathname} ended after ${messages.length} of ${count}`)),
      );
      check();
    });
  return { child, messages, waitForMessages, exitCode };
}
