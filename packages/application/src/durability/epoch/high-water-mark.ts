import type { Deps } from '../../deps.ts';
import { PreconditionFailedError } from '../../errors.ts';
import { readEpoch, writeEpoch } from './epoch-document.ts';

type HighWaterMarkDeps = Pick<Deps, 'store' | 'objects' | 'ids'>;

/** The next mark. @param suffix tells it from one that another history calls by the same number */
export function nextHighWaterMark(highWaterMark: string | undefined, suffix: string): string {
  return `${parseMarkNumber(highWaterMark) + 1}.${suffix}`;
}

/*
 * A mark is a number that only grows, and a word of its own: Redis has it first, durably, and the store learns it later.
 * So a store that knows a higher one, or the same number under another word, proves that Redis went back in time.
 */

function parseMarkNumber(highWaterMark: string | undefined): number {
  return highWaterMark === undefined ? 0 : Number.parseInt(highWaterMark, 10);
}

/** Whether a record with the one mark has forgotten what made the other. One that knows no mark is behind every mark. */
export function isBehind(highWaterMark: string | undefined, known: string | undefined): boolean {
  if (known === undefined || highWaterMark === known) return false;
  return parseMarkNumber(highWaterMark) <= parseMarkNumber(known);
}

/**
 * Raises the mark in Redis. To be called after what is owed was written to the store and before that is no longer owed:
 * whoever dies in between leaves it owed, and a Redis of before it has a lower mark. A record that is not the living
 * one is not marked, so that it never catches up.
 */
export async function advanceHighWaterMark(deps: HighWaterMarkDeps): Promise<void> {
  // Read before the store: where Redis was put back in between, it has another mark by now and is not marked either.
  const { epoch, highWaterMark } = await deps.store.getControl();
  const known = await readEpoch(deps);
  if (!known || epoch !== known.epoch || isBehind(highWaterMark, known.highWaterMark)) return;
  // Who lost against another need not try again: the other's mark came after what we wrote.
  await deps.store.advanceHighWaterMark(highWaterMark, nextHighWaterMark(highWaterMark, deps.ids.nonce()));
}

/** Tells the store how far Redis has come, also for one who raised the mark and died. Throws ObjectStoreError. */
export async function publishHighWaterMark(deps: HighWaterMarkDeps): Promise<void> {
  for (;;) {
    const known = await readEpoch(deps);
    // Read after the store, which never knows a mark before Redis has it.
    const { epoch, highWaterMark } = await deps.store.getControl();
    if (!known || known.initializing || epoch !== known.epoch) return;
    if (highWaterMark === known.highWaterMark || isBehind(highWaterMark, known.highWaterMark)) return;
    try {
      await writeEpoch(deps, { epoch, highWaterMark }, { ifMatch: known.etag });
      return;
    } catch (error) {
      if (!(error instanceof PreconditionFailedError)) throw error;
    }
  }
}
