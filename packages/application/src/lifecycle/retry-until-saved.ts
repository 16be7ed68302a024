import { setTimeout as wait } from 'node:timers/promises';
import type { Deps } from '../deps.ts';
import { StoreUnavailableError } from '../ports/training-store.ts';

/** How a process that is about to end says so. */
export interface Ending {
  /** It was asked to end: what has no slot yet takes none. */
  readonly leaving?: AbortSignal;
  /** It ends now: what is repeated without an end is given up. */
  readonly ending?: AbortSignal;
}

const FIRST_WAIT_MS = 50;
const LONGEST_WAIT_MS = 2_000;

/** Exponential, in real ms: it is Redis that is waited for. */
const waitMs = (times: number): number => Math.min(LONGEST_WAIT_MS, FIRST_WAIT_MS * 2 ** Math.min(times, 10));

/**
 * Waits unless the process ends first. @returns whether the wait was waited out
 * @param ms real time
 */
export const waitedOut = async ({ ending }: Ending, ms: number): Promise<boolean> => {
  if (ending?.aborted) return false;
  return wait(ms, true, { ...(ending && { signal: ending }) }).catch(() => false);
};

/**
 * Repeats a write that nobody else can make up for, as long as the record is away. `save` must be safe to repeat.
 * Throws StoreUnavailableError when the process ends before it was saved; any other error at once.
 */
export const untilSaved = async <T>(
  deps: Pick<Deps, 'log'> & Ending,
  ids: Readonly<Record<string, unknown>>,
  save: () => Promise<T>,
): Promise<T> => {
  for (let times = 0; ; times += 1) {
    try {
      return await save();
    } catch (error) {
      if (!(error instanceof StoreUnavailableError)) throw error;
      deps.log.warn('save_repeated', { ...ids, error });
      if (!(await waitedOut(deps, waitMs(times)))) throw error;
    }
  }
};
