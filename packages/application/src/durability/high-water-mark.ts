import type { Deps } from '../deps.ts';
import { PreconditionFailedError } from '../errors.ts';
import { readEpoch, writeEpoch } from './documents.ts';

type HighWaterMarkDeps = Pick<Deps, 'store' | 'objects' | 'ids'>;

/*
 * A high-water mark is a number that only grows, followed by a unique suffix. Redis stores it durably first; the object
 * store learns it later. An object store with a higher mark, or with the same number and a different suffix, therefore
 * proves that Redis was restored from an older copy (docs/concepts/durability.md).
 */

/** The mark after the given mark. `suffix` distinguishes it from a mark with the same number in a different history. */
export function nextHighWaterMark(highWaterMark: string | undefined, suffix: string): string {
  return `${parseMarkNumber(highWaterMark) + 1}.${suffix}`;
}

function parseMarkNumber(highWaterMark: string | undefined): number {
  return highWaterMark === undefined ? 0 : Number.parseInt(highWaterMark, 10);
}

/** Whether a Redis with this mark lost the writes of the published mark. A Redis without a mark is behind every mark. */
export function isBehind(highWaterMark: string | undefined, published: string | undefined): boolean {
  if (published === undefined || highWaterMark === published) return false;
  return parseMarkNumber(highWaterMark) <= parseMarkNumber(published);
}

/**
 * Advances the mark in Redis. Called after documents were written and before their pending entries are cleared: a
 * process that crashes in between leaves them pending, and a Redis from before the call has a lower mark. A Redis that
 * is not current keeps its mark, so that it never catches up. Throws ObjectStoreError, StoreUnavailableError.
 */
export async function advanceHighWaterMark(deps: HighWaterMarkDeps): Promise<void> {
  // Redis is read before the object store: a Redis that is replaced in between fails the compare-and-swap below.
  const { epoch, highWaterMark } = await deps.store.getControl();
  const known = await readEpoch(deps);
  if (!known || epoch !== known.epoch || isBehind(highWaterMark, known.highWaterMark)) return;
  // A lost compare-and-swap is not repeated: the winner advanced the mark after these documents were written.
  await deps.store.advanceHighWaterMark(highWaterMark, nextHighWaterMark(highWaterMark, deps.ids.nonce()));
}

/**
 * Publishes the mark of Redis in `data/epoch.json`, also a mark that was advanced by a process that crashed since.
 * Throws ObjectStoreError, StoreUnavailableError.
 */
export async function publishHighWaterMark(deps: HighWaterMarkDeps): Promise<void> {
  for (;;) {
    const known = await readEpoch(deps);
    // Redis is read after the object store, which never has a mark before Redis. A mark that a failover could lose is
    // not published: the promoted replica would be fenced as an old copy.
    const { epoch, highWaterMark } = await deps.store.getReplicatedControl();
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
