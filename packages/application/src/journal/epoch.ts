import type { Deps } from '../deps.ts';
import { PreconditionFailedError } from '../ports/object-store.ts';

type EpochDeps = Pick<Deps, 'store' | 'objects' | 'ids'>;

/** The store's memory of which record is the living one. */
const EPOCH_KEY = 'data/epoch.json';

/** Whether the record is the one that the store knows. Otherwise nothing is dispatched until it was recovered (SPEC §7). */
export type EpochState = 'sound' | 'recover_required';

const readEpoch = async ({ objects }: EpochDeps): Promise<string | undefined> => {
  const held = await objects.get(EPOCH_KEY);
  return held && (JSON.parse(new TextDecoder().decode(held.body)) as { epoch: string }).epoch;
};

/** The first to write wins; everybody else takes what stands there. */
const claimEpoch = async (deps: EpochDeps, epoch: string): Promise<string> => {
  try {
    await deps.objects.put(EPOCH_KEY, JSON.stringify({ epoch }), { condition: { ifAbsent: true } });
    return epoch;
  } catch (error) {
    if (!(error instanceof PreconditionFailedError)) throw error;
    return (await readEpoch(deps)) ?? epoch;
  }
};

/**
 * Compares the record with what the store remembers, and introduces a new record to a new store. A store that
 * remembers another record means that Redis was lost: that is never put right by itself. Throws ObjectStoreError.
 */
export const checkEpoch = async (deps: EpochDeps): Promise<EpochState> => {
  const { epoch } = await deps.store.control();
  const known = await readEpoch(deps);
  if (known !== undefined) return known === epoch ? 'sound' : 'recover_required';
  const claimed = await claimEpoch(deps, epoch ?? deps.ids.nonce());
  return (await deps.store.establishEpoch(claimed)) === claimed ? 'sound' : 'recover_required';
};

/** Makes the record the living one again, once everything was put back. */
export const renewEpoch = async (deps: EpochDeps): Promise<void> => {
  const known = (await readEpoch(deps)) ?? (await claimEpoch(deps, deps.ids.nonce()));
  const epoch = await deps.store.establishEpoch(known);
  if (epoch !== known) await deps.objects.put(EPOCH_KEY, JSON.stringify({ epoch }));
};
