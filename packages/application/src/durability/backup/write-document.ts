import { PreconditionFailedError } from '../../errors.ts';
import type { ObjectStore } from '../../ports/storage/object-store.ts';

/** A document of the journal, and what is to stand in it. */
export interface DocumentWrite<T> {
  readonly key: string;
  /** What is on record now; undefined when there is nothing to be kept. */
  readonly loadCurrent: () => Promise<T | undefined>;
  /** Whether what the store holds is as new. May throw where it must not be written over. */
  readonly isUpToDate: (body: Uint8Array, current: T) => boolean;
  /** Done before each writing. */
  readonly beforeWrite?: () => Promise<void>;
}

/**
 * Brings a document up to the record. Whoever was stopped in between writes nothing when he wakes: the store is read
 * first, the record after it, and only what was read is replaced. @returns what the store now holds, or something newer
 */
export async function writeIfNewer<T>(
  objects: ObjectStore,
  { key, loadCurrent, isUpToDate, beforeWrite }: DocumentWrite<T>,
) {
  for (;;) {
    const stored = await objects.get(key);
    const now = await loadCurrent();
    if (now === undefined || (stored && isUpToDate(stored.body, now))) return now;
    await beforeWrite?.();
    const condition = stored ? { ifMatch: stored.etag } : ({ ifAbsent: true } as const);
    try {
      await objects.put(key, JSON.stringify(now), { condition, contentType: 'application/json' });
      return now;
    } catch (error) {
      if (!(error instanceof PreconditionFailedError)) throw error;
    }
  }
}
