import type { Deps } from '../../deps.ts';
import { PreconditionFailedError, RecoverRequiredError } from '../../errors.ts';
import { type EpochDocument, readEpoch, writeEpoch } from './epoch-document.ts';
import { isBehind, nextHighWaterMark } from './high-water-mark.ts';

type EpochDeps = Pick<Deps, 'store' | 'objects' | 'ids'>;

/** Whether the record is the one that the store knows. Otherwise nothing is dispatched until it was recovered (SPEC §7). */
export type EpochState = 'current' | 'recover_required';

/**
 * Compares the record with what the store remembers, and introduces a new record to a new store. A store that
 * remembers another record means that Redis was lost, one that remembers a later mark that Redis was put back from an
 * old copy; that one loses its epoch here, and is as a lost one from then on, for everybody. Neither is ever put right
 * by itself. Throws ObjectStoreError.
 */
export async function checkEpoch(deps: EpochDeps): Promise<EpochState> {
  const known =
    (await readEpoch(deps)) ??
    (await claimEpoch(deps, (await deps.store.getControl()).epoch ?? deps.ids.nonce()));
  if (known.initializing) return initializeEpoch(deps, known);
  // Read after the store: the record of an epoch that stands there without a reservation had it before, and every mark.
  const { epoch, highWaterMark } = await deps.store.getControl();
  if (epoch !== known.epoch) return 'recover_required';
  if (!isBehind(highWaterMark, known.highWaterMark)) return 'current';
  await deps.store.fence(highWaterMark);
  return 'recover_required';
}

/** The first to write wins; everybody else takes what stands there. */
async function claimEpoch(deps: EpochDeps, epoch: string): Promise<EpochDocument> {
  try {
    return await writeEpoch(deps, { epoch, initializing: true }, { ifAbsent: true });
  } catch (error) {
    const known = error instanceof PreconditionFailedError ? await readEpoch(deps) : undefined;
    if (known === undefined) throw error;
    return known;
  }
}

/** Whoever finds an introduction under way completes it: its beginner may be slow, or dead. */
async function initializeEpoch(deps: EpochDeps, { epoch, etag }: EpochDocument): Promise<EpochState> {
  if ((await deps.store.establishEpoch(epoch)) !== epoch) return 'recover_required';
  try {
    await writeEpoch(deps, { epoch }, { ifMatch: etag });
    return 'current';
  } catch (error) {
    if (error instanceof PreconditionFailedError) return checkEpoch(deps);
    throw error;
  }
}

/**
 * Whether what the record holds is not to be worked from: it has no epoch, and is no new record, which is introduced
 * here. Costs one look at Redis while it has one. Throws ObjectStoreError.
 */
export async function isFenced(deps: EpochDeps): Promise<boolean> {
  return (await deps.store.getControl()).epoch === undefined && (await checkEpoch(deps)) !== 'current';
}

/** For what a recovery would take back. Throws RecoverRequiredError, ObjectStoreError. */
export async function assertCurrentEpoch(deps: EpochDeps): Promise<void> {
  if (await isFenced(deps)) throw new RecoverRequiredError();
}

/**
 * Raises the mark above all that the store was told, so that the same old copy is found out again; and above what the
 * record has, so that the document changes: whoever read it before can no longer write.
 */
async function advancePastKnownMark({ store, ids }: EpochDeps, known: string | undefined): Promise<string> {
  for (;;) {
    const { highWaterMark } = await store.getControl();
    const next = nextHighWaterMark(isBehind(highWaterMark, known) ? known : highWaterMark, ids.nonce());
    await store.advanceHighWaterMark(highWaterMark, next);
    const { highWaterMark: raised } = await store.getControl();
    if (raised !== undefined && !isBehind(raised, next)) return raised;
  }
}

/**
 * Makes the record the living one again, once everything was put back. Throws ObjectStoreError, and then the record may
 * have its epoch and be unknown to the store: it is to be recovered again.
 */
export async function renewEpoch(deps: EpochDeps): Promise<void> {
  for (;;) {
    const known = (await readEpoch(deps)) ?? (await claimEpoch(deps, deps.ids.nonce()));
    // First: with its epoch, but behind, the record would be disowned again.
    const highWaterMark = await advancePastKnownMark(deps, known.highWaterMark);
    const epoch = await deps.store.establishEpoch(known.epoch);
    try {
      await writeEpoch(deps, { epoch, highWaterMark }, { ifMatch: known.etag });
      return;
    } catch (error) {
      if (!(error instanceof PreconditionFailedError)) throw error;
    }
  }
}
