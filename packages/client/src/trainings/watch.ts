import { type TrainingDetail, trainingDetailSchema } from '@trainyard/contracts';
import type { Connection } from '../connection/connection.ts';
import { RefusedError, UnreachableError } from '../connection/errors.ts';
import { createWaker } from '../connection/waker.ts';

/** How a training is followed. */
export interface WatchChoices {
  /** How often is asked while the server cannot be listened to; 2 s unless said. */
  readonly everyMs?: number;
  /** Ends the watching, not the training. */
  readonly signal?: AbortSignal;
}

const EVERY_MS = 2_000;
/** How often in a row no answer is borne. */
const PATIENCE = 30;
const ENDED: ReadonlySet<TrainingDetail['coarse_status']> = new Set(['completed', 'failed', 'cancelled']);

const mayPass = (error: unknown): boolean =>
  error instanceof UnreachableError || (error instanceof RefusedError && error.retryable);

/**
 * Tells of a training whenever it changed, and ends with its end: by the server's stream, else by asking again and
 * again. A server that is away for a while is waited for.
 * Thrown when it stays away or refuses: UnreachableError, RefusedError; on `signal`: AbortError.
 */
export async function* watch(
  connection: Connection,
  id: string,
  { everyMs = EVERY_MS, signal }: WatchChoices = {},
): AsyncGenerator<TrainingDetail, void, void> {
  const path = `/api/trainings/${encodeURIComponent(id)}`;
  const waker = createWaker(connection, { path: `${path}/stream`, everyMs, ...(signal && { signal }) });
  let told = '';
  try {
    for (let failures = 0; ; ) {
      const training = await connection.ask(path, trainingDetailSchema).catch((error: unknown) => {
        failures += 1;
        if (!mayPass(error) || failures > PATIENCE) throw error;
        return undefined;
      });
      if (training) {
        failures = 0;
        const state = JSON.stringify([training.rev, training.progress]);
        if (state !== told) yield training;
        told = state;
        if (ENDED.has(training.coarse_status)) return;
      }
      await waker.rest();
    }
  } finally {
    await waker.close();
  }
}
