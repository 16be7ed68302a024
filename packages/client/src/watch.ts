import { setTimeout as wait } from 'node:timers/promises';
import { type TrainingDetail, trainingDetailSchema } from '@trainyard/contracts';
import { isTerminalStatus } from '@trainyard/domain';
import type { Connection } from './connection.ts';
import { RefusedError, UnreachableError } from './errors.ts';

/** Options of a watch. */
export interface WatchOptions {
  /** Interval of the polls while the stream is closed, in ms; 2 000 by default. */
  readonly pollIntervalMs?: number;
  /** Ends the watch; the training continues. */
  readonly signal?: AbortSignal;
}

const POLL_INTERVAL_MS = 2_000;
/** Failed requests in a row after which the watch throws. */
const MAX_FAILURES = 30;

/**
 * Yields a training after each change until it has ended. Changes are noticed by the server's stream, or by polling while the
 * stream is closed. Up to 30 failed requests in a row are repeated.
 * Throws UnreachableError or RefusedError after further failures, and AbortError when `signal` fires.
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
        if (isTerminalStatus(training.status)) return;
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

/** Signal that a training may have changed. */
export interface ChangeSignal {
  /**
   * Resolves at the next live event, at the latest after `pollIntervalMs` while the stream is closed or 15 s while it is open.
   * Throws AbortError when the signal of the options fires.
   */
  wait(): Promise<void>;
  /** Closes the stream. */
  close(): Promise<void>;
}

interface ChangeSignalOptions {
  readonly path: string;
  /** Interval of the polls while the stream is closed, in ms. */
  readonly pollIntervalMs: number;
  readonly signal?: AbortSignal;
}

/** Interval of the polls while the stream is open, and minimum time between two polls, in ms. */
const STREAM_POLL_INTERVAL_MS = 15_000;
const MIN_INTERVAL_MS = 250;

/**
 * Reads a stream and signals each chunk. The content is ignored: the caller polls after each signal, so that a lost live event
 * or an unavailable stream only delays a poll.
 */
export function createChangeSignal(connection: Connection, options: ChangeSignalOptions): ChangeSignal {
  const { path, pollIntervalMs, signal: ended } = options;
  const closing = new AbortController();
  const changes = createLatch();
  const stream = readStream(connection, {
    path,
    pollIntervalMs,
    signal: closing.signal,
    onChange: changes.set,
  });
  return {
    wait: async () => {
      const settled = new AbortController();
      const timeout = wait(stream.isOpen() ? STREAM_POLL_INTERVAL_MS : pollIntervalMs, undefined, {
        signal: ended ? AbortSignal.any([ended, settled.signal]) : settled.signal,
      });
      timeout.catch(() => undefined);
      await Promise.race([changes.wait(), timeout]).finally(() => settled.abort());
      await wait(Math.min(MIN_INTERVAL_MS, pollIntervalMs));
      changes.reset();
    },
    close: () => {
      closing.abort();
      return stream.ended;
    },
  };
}

/** A change between two waits is kept until the next wait, so that it is not lost while the caller polls. */
function createLatch() {
  let isSet = false;
  let change = Promise.withResolvers<void>();
  return {
    set: (): void => {
      isSet = true;
      change.resolve();
      change = Promise.withResolvers<void>();
    },
    reset: (): void => {
      isSet = false;
    },
    wait: (): Promise<void> => (isSet ? Promise.resolve() : change.promise),
  };
}

/** Reads a stream until the signal fires and reopens it after each failure. */
function readStream(
  connection: Connection,
  options: ChangeSignalOptions & { readonly signal: AbortSignal; readonly onChange: () => void },
): { isOpen(): boolean; readonly ended: Promise<void> } {
  const { path, pollIntervalMs, signal, onChange } = options;
  let isOpen = false;
  const read = async (): Promise<void> => {
    const chunks = await connection.stream(path, signal);
    isOpen = true;
    for await (const _ of chunks) onChange();
  };
  const ended = (async () => {
    while (!signal.aborted) {
      await read().catch(() => undefined);
      isOpen = false;
      await wait(pollIntervalMs, undefined, { signal }).catch(() => undefined);
    }
  })();
  return { isOpen: () => isOpen, ended };
}
