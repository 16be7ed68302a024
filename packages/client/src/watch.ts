import { setTimeout as wait } from 'node:timers/promises';
import { type TrainingDetail, trainingDetailSchema } from '@trainyard/contracts';
import type { Connection } from './connection.ts';
import { RefusedError, UnreachableError } from './errors.ts';

/** How a training is followed. */
export interface WatchOptions {
  /** How often is asked while the server cannot be listened to; 2 s unless said. */
  readonly pollIntervalMs?: number;
  /** Ends the watching, not the training. */
  readonly signal?: AbortSignal;
}

const POLL_INTERVAL_MS = 2_000;
/** How often in a row no answer is borne. */
const MAX_FAILURES = 30;
const TERMINAL_STATUSES: ReadonlySet<TrainingDetail['coarse_status']> = new Set([
  'completed',
  'failed',
  'cancelled',
]);

/**
 * Tells of a training whenever it changed, and ends with its end: by the server's stream, else by asking again and
 * again. A server that is away for a while is waited for.
 * Thrown when it stays away or refuses: UnreachableError, RefusedError; on `signal`: AbortError.
 */
export async function* watch(
  connection: Connection,
  id: string,
  { pollIntervalMs = POLL_INTERVAL_MS, signal }: WatchOptions = {},
): AsyncGenerator<TrainingDetail, void, void> {
  const path = `/api/trainings/${encodeURIComponent(id)}`;
  const changeSignal = createChangeSignal(connection, {
    path: `${path}/stream`,
    pollIntervalMs,
    ...(signal && { signal }),
  });
  let lastState = '';
  try {
    for (let failures = 0; ; ) {
      const training = await connection.request(path, trainingDetailSchema).catch((error: unknown) => {
        failures += 1;
        if (!isTransient(error) || failures > MAX_FAILURES) throw error;
        return undefined;
      });
      if (training) {
        failures = 0;
        const state = JSON.stringify([training.rev, training.progress]);
        if (state !== lastState) yield training;
        lastState = state;
        if (TERMINAL_STATUSES.has(training.coarse_status)) return;
      }
      await changeSignal.wait();
    }
  } finally {
    await changeSignal.close();
  }
}

function isTransient(error: unknown): boolean {
  return error instanceof UnreachableError || (error instanceof RefusedError && error.retryable);
}

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
