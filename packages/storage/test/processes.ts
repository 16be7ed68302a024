import { type ChildProcess, fork } from 'node:child_process';
import type { TestStore } from './stores.ts';

/** Another process at work on the same store. */
export interface Worker {
  readonly child: ChildProcess;
  /** What it said it has done, in order. */
  readonly done: readonly string[];
  /** Resolves when it has done that many; rejects when it ends before. */
  until(count: number): Promise<void>;
  /** Its exit code, null when killed. */
  readonly ended: Promise<number | null>;
}

/** Starts a script with the store and arguments given; each message it sends is one deed done. */
export function startWorker(script: URL, store: TestStore, args: readonly string[]): Worker {
  const child = fork(script, [store.url, JSON.stringify(store.options), ...args], { execArgv: [] });
  const done: string[] = [];
  child.on('message', (deed) => done.push(String(deed)));
  const ended = new Promise<number | null>((resolve) => child.once('exit', resolve));
  const until = (count: number) =>
    new Promise<void>((resolve, reject) => {
      const look = () => (done.length >= count ? resolve() : undefined);
      child.on('message', look);
      child.once('exit', () =>
        reject(new Error(`${script.pathname} ended after ${done.length} of ${count}`)),
      );
      look();
    });
  return { child, done, until, ended };
}
