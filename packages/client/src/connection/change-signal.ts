import { setTimeout as wait } from 'node:timers/promises';
import type { Connection } from './connection.ts';

/** Says when it is worth asking again. */
export interface ChangeSignal {
  /** Ends with the next event, and in any case with time: soon while no stream is open. Thrown on `signal`: AbortError. */
  wait(): Promise<void>;
  close(): Promise<void>;
}

export interface ChangeSignalOptions {
  readonly path: string;
  /** How often is asked while no stream is open, in ms. */
  readonly pollIntervalMs: number;
  readonly signal?: AbortSignal;
}

/** How often is asked although a stream is open, and how often at most. In ms. */
const STREAM_POLL_INTERVAL_MS = 15_000;
const MIN_INTERVAL_MS = 250;

/**
 * Listens to a stream and says when something came. What it says is not used: whoever is woken asks, so that a lost
 * event, or a server that cannot be listened to, costs time and nothing else.
 */
export function createChangeSignal(connection: Connection, options: ChangeSignalOptions): ChangeSignal {
  const { path, pollIntervalMs, signal: ended } = options;
  const closing = new AbortController();
  const { signal } = closing;
  let isOpen = false;
  /** What came while nobody rested counts for the next rest. */
  let hasChanged = false;
  let change = Promise.withResolvers<void>();
  const notify = (): void => {
    hasChanged = true;
    change.resolve();
    change = Promise.withResolvers<void>();
  };
  const listen = async (): Promise<void> => {
    const events = await connection.stream(path, signal);
    isOpen = true;
    for await (const _ of events) notify();
  };
  const streaming = (async () => {
    while (!signal.aborted) {
      await listen().catch(() => undefined);
      isOpen = false;
      await wait(pollIntervalMs, undefined, { signal }).catch(() => undefined);
    }
  })();
  return {
    wait: async () => {
      const settled = new AbortController();
      const timeout = wait(isOpen ? STREAM_POLL_INTERVAL_MS : pollIntervalMs, undefined, {
        signal: ended ? AbortSignal.any([ended, settled.signal]) : settled.signal,
      });
      timeout.catch(() => undefined);
      const changed = hasChanged ? Promise.resolve() : change.promise;
      await Promise.race([changed, timeout]).finally(() => settled.abort());
      await wait(Math.min(MIN_INTERVAL_MS, pollIntervalMs));
      hasChanged = false;
    },
    close: () => {
      closing.abort();
      return streaming;
    },
  };
}
