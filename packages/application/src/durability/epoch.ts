import { setTimeout as wait } from 'node:timers/promises';
import type { Deps } from '../deps.ts';
import {
  ObjectStoreError,
  PreconditionFailedError,
  RecoverRequiredError,
  StoreUnavailableError,
} from '../errors.ts';
import { probeStore } from '../gate/store-probe.ts';
import { type EpochDocument, readEpoch, writeEpoch } from './documents.ts';
import { isBehind, nextHighWaterMark } from './high-water-mark.ts';

type EpochDeps = Pick<Deps, 'store' | 'objects' | 'ids'>;

/** `current`: Redis is the state store that the object store knows. Otherwise dispatch waits for a recovery. */
export type EpochState = 'current' | 'recover_required';

/**
 * Compares epoch and high-water mark of Redis with `data/epoch.json`, and initializes a new Redis for a new object
 * store. A different epoch in the object store proves that Redis was lost; a higher mark proves that Redis was restored
 * from an old copy, which is fenced here: it loses its epoch for all processes. Both end only by a recovery
 * (docs/concepts/durability.md). Throws ObjectStoreError, CorruptDocumentError, StoreUnavailableError.
 */
export async function checkEpoch(deps: EpochDeps): Promise<EpochState> {
  const known =
    (await readEpoch(deps)) ??
    (await claimEpoch(deps, (await deps.store.getControl()).epoch ?? deps.ids.nonce()));
  if (known.initializing) return initializeEpoch(deps, known);
  // Redis is read after the object store, because it has every epoch and every mark first.
  const { epoch, highWaterMark } = await deps.store.getControl();
  if (epoch !== known.epoch) return 'recover_required';
  if (!isBehind(highWaterMark, known.highWaterMark)) return 'current';
  await deps.store.fence(highWaterMark);
  return 'recover_required';
}

/** Writes the first epoch document; a process that loses the race uses the document of the winner. */
async function claimEpoch(deps: EpochDeps, epoch: string): Promise<EpochDocument> {
  try {
    return await writeEpoch(deps, { epoch, initializing: true }, { ifAbsent: true });
  } catch (error) {
    const known = error instanceof PreconditionFailedError ? await readEpoch(deps) : undefined;
    if (known === undefined) throw error;
    return known;
  }
}

/** Completes an initialization, also that of a process that is slow or has crashed. */
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
 * Whether Redis has no epoch and is not new; a new Redis is initialized here. Costs a read of Redis while it has an
 * epoch. Throws ObjectStoreError, CorruptDocumentError, StoreUnavailableError.
 */
export async function isFenced(deps: EpochDeps): Promise<boolean> {
  return (await deps.store.getControl()).epoch === undefined && (await checkEpoch(deps)) !== 'current';
}

/** Rejects a change that a recovery would revert. Throws RecoverRequiredError, and the errors of {@link isFenced}. */
export async function assertCurrentEpoch(deps: EpochDeps): Promise<void> {
  if (await isFenced(deps)) throw new RecoverRequiredError();
}

/**
 * Makes Redis current again, after all trainings were restored. Throws ObjectStoreError, StoreUnavailableError; then Redis
 * may have its epoch while the object store does not know it, and the recovery has to be repeated.
 */
export async function renewEpoch(deps: EpochDeps): Promise<void> {
  for (;;) {
    const known = (await readEpoch(deps)) ?? (await claimEpoch(deps, deps.ids.nonce()));
    // The mark is advanced before the epoch is set: a Redis with an epoch and a lower mark would be fenced again.
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

/**
 * Advances the mark above every published mark, so that the same old copy of Redis is detected again, and above that of
 * Redis, so that the epoch document changes and a process that read it before can no longer write it.
 */
async function advancePastKnownMark({ store, ids }: EpochDeps, known: string | undefined): Promise<string> {
  for (;;) {
    const { highWaterMark } = await store.getControl();
    const next = nextHighWaterMark(isBehind(highWaterMark, known) ? known : highWaterMark, ids.nonce());
    await store.advanceHighWaterMark(highWaterMark, next);
    const { highWaterMark: advanced } = await store.getControl();
    if (advanced !== undefined && !isBehind(advanced, next)) return advanced;
  }
}

/** How long Redis may take to answer a readiness check, in real ms. */
const PING_TIMEOUT_MS = 1_500;
const REDIS_UNAVAILABLE = 'Redis does not answer';

/** How long the object store may take to answer a readiness check, in real ms. */
const STORE_TIMEOUT_MS = 5_000;

type ReadinessDeps = EpochDeps & Pick<Deps, 'storeHealth'>;

/**
 * The reasons why this process is not ready; empty when it is. Answers within about 1.5 s while Redis is unavailable, and
 * within 5 s while the object store does not answer. A fault of the object store is reported in its own words.
 */
export async function checkReadiness(deps: ReadinessDeps): Promise<readonly string[]> {
  const reason = (await findRedisFault(deps)) ?? (await checkStoreAndEpoch(deps));
  return reason === undefined ? [] : [reason];
}

function checkStoreAndEpoch(deps: ReadinessDeps): Promise<string | undefined> {
  const answered = new AbortController();
  const silent = `the object store does not answer within ${STORE_TIMEOUT_MS / 1_000} s`;
  const timeout = wait(STORE_TIMEOUT_MS, silent, { signal: answered.signal }).catch(() => undefined);
  const check = checkStore(deps).then((fault) => fault ?? checkRecovery(deps));
  return Promise.race([check, timeout]).finally(() => answered.abort());
}

/** A known fault counts until a probe of the store succeeds: it may concern the last written object alone. */
async function checkStore(deps: ReadinessDeps): Promise<string | undefined> {
  const { storeHealth } = deps;
  const fault = storeHealth.ownFault();
  if (fault === undefined || !storeHealth.hasPassed()) return fault && toStoreReason(fault.reason);
  const error = await probeStore(deps);
  return error && toStoreReason(error.message);
}

function toStoreReason(words: string): string {
  return `object store: ${words}`;
}

/**
 * Writes a key of Redis, which a full or a read-only Redis refuses although it answers reads. @returns the reason that
 * Redis gave, or that it does not answer; undefined when the write succeeded
 */
export function findRedisFault({ store }: Pick<Deps, 'store'>): Promise<string | undefined> {
  const answered = new AbortController();
  const timeout = wait(PING_TIMEOUT_MS, REDIS_UNAVAILABLE, { signal: answered.signal }).catch(
    () => undefined,
  );
  const ping = store.ping().then(
    () => undefined,
    (error: unknown) =>
      (error instanceof StoreUnavailableError ? error.reason : undefined) ?? REDIS_UNAVAILABLE,
  );
  return Promise.race([ping, timeout]).finally(() => answered.abort());
}

async function checkRecovery(deps: EpochDeps): Promise<string | undefined> {
  const state = await checkEpoch(deps).catch((error: unknown) => {
    const message = error instanceof Error ? error.message : String(error);
    return error instanceof ObjectStoreError ? toStoreReason(message) : message;
  });
  return state === 'current' ? undefined : state;
}
