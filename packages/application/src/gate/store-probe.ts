import type { Deps } from '../deps.ts';
import { ObjectStoreError } from '../errors.ts';

/** The key of the probe object. */
export const PROBE_KEY = 'data/probe.json';

/**
 * Writes and reads a probe object. It separates an object store that refuses every write (a wrong key, a foreign
 * bucket, a folder without permission, a full disk) from the refusal of a single document.
 * @returns the object store's error, undefined when both calls succeed
 */
export async function probeStore({ objects }: Pick<Deps, 'objects'>): Promise<ObjectStoreError | undefined> {
  try {
    await objects.put(PROBE_KEY, '{}', { contentType: 'application/json' });
    await objects.get(PROBE_KEY);
    return undefined;
  } catch (error) {
    if (error instanceof ObjectStoreError) return error;
    throw error;
  }
}
