import type { Deps } from '../deps.ts';
import { PreconditionFailedError } from '../ports/object-store.ts';

type EpochDeps = Pick<Deps, 'store' | 'objects' | 'ids'>;

/** The store's memory of which record is the living one. */
const EPOCH_KEY = 'data/epoch.json';

/** Whether the record is the one that the store knows. Otherwise nothing is dispatched until it was recovered (SPEC §7). */
export type EpochState = 'sound' | 'recover_required';

interface KnownEpoch {
  readonly epoch: string;
  /** Set from the claim until the record has the epoch too; nobody was told «sound» before. */
  readonly introducing?: true;
  readonly etag: string;
}

const readEpoch = async ({ objects }: EpochDeps): Promise<KnownEpoch | undefined> => {
  const held = await objects.get(EPOCH_KEY);
  if (held === undefined) return undefined;
  return { ...(JSON.parse(new TextDecoder().decode(held.body)) as KnownEpoch), etag: held.etag };
};

/** The first to write wins; everybody else takes what stands there. */
const claimEpoch = async (deps: EpochDeps, epoch: string): Promise<KnownEpoch> => {
  const body = { epoch, introducing: true } as const;
  try {
    const condition = { ifAbsent: true } as const;
    return { ...body, ...(await deps.objects.put(EPOCH_KEY, JSON.stringify(body), { condition })) };
  } catch (error) {
    const known = error instanceof PreconditionFailedError ? await readEpoch(deps) : undefined;
    if (known === undefined) throw error;
    return known;
  }
};

/** Whoever finds an introduction under way completes it: its beginner may be slow, or dead. */
const introduce = async (deps: EpochDeps, { epoch, etag }: KnownEpoch): Promise<EpochState> => {
  if ((await deps.store.establishEpoch(epoch)) !== epoch) return 'recover_required';
  try {
    await deps.objects.put(EPOCH_KEY, JSON.stringify({ epoch }), { condition: { ifMatch: etag } });
    return 'sound';
  } catch (error) {
    if (error instanceof PreconditionFailedError) return checkEpoch(deps);
    throw error;
  }
};

/**
 * Compares the record with what the store remembers, and introduces a new record to a new store. A store that
 * remembers another record means that Redis was lost: that is never put right by itself. Throws ObjectStoreError.
 */
export const checkEpoch = async (deps: EpochDeps): Promise<EpochState> => {
  const known =
    (await readEpoch(deps)) ??
    (await claimEpoch(deps, (await deps.store.control()).epoch ?? deps.ids.nonce()));
  if (known.introducing) return introduce(deps, known);
  // Read after the store: the record of an epoch that stands there without a reservation had it before.
  return (await deps.store.control()).epoch === known.epoch ? 'sound' : 'recover_required';
};

/** Makes the record the living one again, once everything was put back. */
export const renewEpoch = async (deps: EpochDeps): Promise<void> => {
  const known = (await readEpoch(deps)) ?? (await claimEpoch(deps, deps.ids.nonce()));
  const epoch = await deps.store.establishEpoch(known.epoch);
  if (epoch !== known.epoch || known.introducing)
    await deps.objects.put(EPOCH_KEY, JSON.stringify({ epoch }));
};
