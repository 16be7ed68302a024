import { setTimeout as wait } from 'node:timers/promises';
import { type Backoff, calculateBackoffMs } from '@trainyard/domain';
import type { Deps } from '../deps.ts';
import { StoreUnavailableError } from '../errors.ts';

/** How a process that is about to end says so. */
export interface ShutdownSignals {
  /** It was asked to end: what has no slot yet takes none. */
  readonly softStop?: AbortSignal;
  /** It ends now: what is repeated without an end is given up. */
  readonly hardStop?: AbortSignal;
}

/** In real ms, also when the clock of trainings is accelerated: the retry depends on Redis alone. */
const SAVE_BACKOFF: Backoff = { firstMs: 50, maxMs: 2_000 };

/**
 * Repeats a write that nobody else can make up for, as long as the record is away. `save` must be safe to repeat.
 * Throws StoreUnavailableError when the process ends before it was saved; any other error at once.
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
 * Waits unless the process ends first. @returns whether the wait was waited out
 * @param ms real time
 */
export async function sleepUnlessAborted({ hardStop }: ShutdownSignals, ms: number): Promise<boolean> {
  if (hardStop?.aborted) return false;
  return wait(ms, true, { ...(hardStop && { signal: hardStop }) }).catch(() => false);
}
