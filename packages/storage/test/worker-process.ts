import { type ChildProcess, fork } from 'node:child_process';
import type { TestStore } from './stores.ts';

/** Another process at work on the same store. */
export interface Worker {
  readonly child: ChildProcess;
  /** What it said it has done, in order. */
  readonly messages: readonly string[];
  /** Resolves when it has done that many; rejects when it ends before. */
  waitForMessages(count: number): Promise<void>;
  /** Its exit code, null when killed. */
  readonly exitCode: Promise<number | null>;
}

/** Starts a script with the store and arguments given; each message it sends is one deed done. */
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
