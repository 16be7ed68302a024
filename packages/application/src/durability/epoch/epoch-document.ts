import type { Deps } from '../../deps.ts';
import type { WriteCondition } from '../../ports/storage/object-store.ts';

/** Where the store remembers which record is the living one, and how far it had come. */
const EPOCH_KEY = 'data/epoch.json';

/** What is remembered. */
interface EpochFields {
  readonly epoch: string;
  /** Set from the claim until the record has the epoch too; nobody was told «sound» before. */
  readonly initializing?: true;
  /** The highest mark of the record that was told of; absent in a store of before there were marks. */
  readonly highWaterMark?: string | undefined;
}

/** The same as it was read or written. */
export interface EpochDocument extends EpochFields {
  readonly etag: string;
}

/** Throws ObjectStoreError. */
export async function readEpoch({ objects }: Pick<Deps, 'objects'>): Promise<EpochDocument | undefined> {
  const stored = await objects.get(EPOCH_KEY);
  if (stored === undefined) return undefined;
  return { ...(JSON.parse(new TextDecoder().decode(stored.body)) as EpochFields), etag: stored.etag };
}

/** Throws PreconditionFailedError when another was first, and ObjectStoreError. */
export async function writeEpoch(
  { objects }: Pick<Deps, 'objects'>,
  { epoch, initializing, highWaterMark }: EpochFields,
  condition: WriteCondition,
): Promise<EpochDocument> {
  const body = {
    epoch,
    ...(initializing && { initializing }),
    ...(highWaterMark !== undefined && { highWaterMark }),
  };
  return { ...body, ...(await objects.put(EPOCH_KEY, JSON.stringify(body), { condition })) };
}
