import { type TrainingDetail, trainingDetailSchema } from '@trainyard/contracts';
import { createChangeSignal } from '../connection/change-signal.ts';
import type { Connection } from '../connection/connection.ts';
import { RefusedError, UnreachableError } from '../connection/errors.ts';

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
