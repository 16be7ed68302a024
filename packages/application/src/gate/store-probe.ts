import type { Deps } from '../deps.ts';
import { ObjectStoreError } from '../errors.ts';

const PROBE_KEY = 'data/probe.json';

/**
 * Whether the store takes and gives anything at all: tells a store that refuses everyone (a bad key, another's bucket,
 * a folder without permission, a full disk) from one document that cannot be had. @returns its fault, undefined when it works
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
