import { setTimeout as wait } from 'node:timers/promises';
import { type Backoff, calculateBackoffMs } from '@trainyard/domain';
import type { Deps } from '../deps.ts';
import { StoreUnavailableError } from '../errors.ts';

/** The signals of a process that is shutting down. */
export interface ShutdownSignals {
  /** Shutdown was requested: no further slot is acquired. */
  readonly softStop?: AbortSignal;
  /** The process ends now: unlimited retries are given up. */
  readonly hardStop?: AbortSignal;
}

/** In real ms, also when the clock of trainings is accelerated: the retry depends on Redis alone. */
const SAVE_BACKOFF: Backoff = { firstMs: 50, maxMs: 2_000 };

/**
 * Retries a save while Redis is unavailable, with a backoff of 50 ms … 2 s real time and no limit. Meant for a fact
 * that no other process knows. `save` must be idempotent.
 * Throws StoreUnavailableError when `hardStop` aborts first, and any other error of `save` at once.
 */
export async function retryUntilSaved<T>(
  deps: Pick<Deps, 'log'> & ShutdownSignals,
  ids: Readonly<Record<string, unknown>>,
  save: () => Promise<T>,
): Promise<T> {
  for (let times = 0; ; times += 1) {
    try {
      return await save();
    } catch (error) {
      if (!(error instanceof StoreUnavailableError)) throw error;
      deps.log.warn('save_retried', { ...ids, error });
      if (!(await sleepUnlessAborted(deps, calculateBackoffMs(SAVE_BACKOFF, times)))) throw error;
    }
  }
}

/**
 * Sleeps until the time has passed or `hardStop` aborts.
 * @param ms real ms
 * @returns false when `hardStop` aborted
 */
export async function sleepUnlessAborted({ hardStop }: ShutdownSignals, ms: number): Promise<boolean> {
  if (hardStop?.aborted) return false;
  return wait(ms, true, { ...(hardStop && { signal: hardStop }) }).catch(() => false);
}
