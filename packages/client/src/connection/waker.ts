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
export const createChangeSignal = (connection: Connection, options: ChangeSignalOptions): ChangeSignal => {
  const { path, pollIntervalMs, signal: ended } = options;
  const gone = new AbortController();
  const { signal } = gone;
  let isOpen = false;
  /** What came while nobody rested counts for the next rest. */
  let isHeard = false;
  let news = Promise.withResolvers<void>();
  const wake = (): void => {
    isHeard = true;
    news.resolve();
    news = Promise.withResolvers<void>();
  };
  const listen = async (): Promise<void> => {
    const events = await connection.stream(path, signal);
    isOpen = true;
    for await (const _ of events) wake();
  };
  const listening = (async () => {
    while (!signal.aborted) {
      await listen().catch(() => undefined);
      isOpen = false;
      await wait(pollIntervalMs, undefined, { signal }).catch(() => undefined);
    }
  })();
  return {
    wait: async () => {
      const enough = new AbortController();
      const late = wait(isOpen ? STREAM_POLL_INTERVAL_MS : pollIntervalMs, undefined, {
        signal: ended ? AbortSignal.any([ended, enough.signal]) : enough.signal,
      });
      late.catch(() => undefined);
      const heard = isHeard ? Promise.resolve() : news.promise;
      await Promise.race([heard, late]).finally(() => enough.abort());
      await wait(Math.min(MIN_INTERVAL_MS, pollIntervalMs));
      isHeard = false;
    },
    close: () => {
      gone.abort();
      return listening;
    },
  };
};
