import { isModelPlace, type RunOutput } from '@trainyard/domain';
import type { Deps } from '../deps.ts';
import { ObjectStoreError } from '../errors.ts';
import { listReadableTrainings } from '../lifecycle/read-trainings.ts';
import type { ObjectHead } from '../ports/storage/object-store.ts';
import { isAssignedKey, listLookupKeys } from '../versions/model-keys.ts';
import { getModelPlaces, type ResolvedAddress, resolveModelAddress } from '../versions/model-object.ts';
import { isNewer } from '../versions/pictures.ts';
import {
  type FoundOutput,
  findOutput,
  isKeyShared,
  isUsable,
  type LookupDeps,
  type OutputSearch,
} from './find-output.ts';

/** The ports of a check. */
export type CheckOutputDeps = LookupDeps & Pick<Deps, 'manifests'>;

/**
 * The result of checking a run's output. `unverified`: a well-formed address of an object that this attempt cannot be
 * shown to have written; it is kept as text and never read. `absent`: the attempt left no model; `fault` is the reason
 * why its address is unusable, if it reported one.
 */
export type OutputCheck =
  | ({ readonly kind: 'found' } & FoundOutput)
  | { readonly kind: 'unverified'; readonly address: string }
  | { readonly kind: 'absent'; readonly fault?: string };

type S3Object = Extract<ResolvedAddress, { kind: 'object' }>;

/**
 * Checks the output of a completed run: the reported address first, then the output locations of `OUTPUT_LOOKUP`. The
 * container's answer is untrusted: only an object that this attempt may have written is accepted (docs/container.md).
 * Throws ObjectStoreError when the object store is unavailable.
 */
export async function checkOutput(
  deps: CheckOutputDeps,
  search: OutputSearch,
  output: RunOutput,
): Promise<OutputCheck> {
  const reported = await checkReportedAddress(deps, search, output);
  if (reported.kind === 'found') return reported;
  const elsewhere = await findOutput(deps, search);
  return elsewhere ? { kind: 'found', ...elsewhere } : reported;
}

async function checkReportedAddress(
  deps: CheckOutputDeps,
  search: OutputSearch,
  { loraUrl, addressFault }: RunOutput,
): Promise<OutputCheck> {
  if (loraUrl === undefined) return toAbsent(addressFault);
  const resolved = resolveModelAddress(deps, loraUrl);
  if (resolved.kind === 'invalid') return toAbsent(resolved.fault);
  const unverified = { kind: 'unverified', address: loraUrl } as const;
  if (resolved.kind === 'url' || !(await mayWrite(deps, search, resolved))) return unverified;
  const head = await headReportedObject(deps, resolved.uri);
  if (head === 'forbidden') return unverified;
  if (!isUsable(head)) return toAbsent(undefined);
  return (await belongsToAttempt(deps, search, resolved, head))
    ? { kind: 'found', uri: resolved.uri, sizeBytes: head.sizeBytes, lastModifiedMs: head.lastModifiedMs }
    : unverified;
}

function toAbsent(fault: string | undefined): OutputCheck {
  return { kind: 'absent', ...(fault !== undefined && { fault }) };
}

function isOwnOutputKey({ objects }: CheckOutputDeps, { attempt }: OutputSearch, { uri }: S3Object): boolean {
  return uri === objects.toUri(attempt.outputKey);
}

/** Whether the attempt may write the object, by its place and its key alone; the object is not read before. */
async function mayWrite(deps: CheckOutputDeps, search: OutputSearch, object: S3Object): Promise<boolean> {
  if (isOwnOutputKey(deps, search, object)) return true;
  const places = getModelPlaces(deps);
  if (!isModelPlace(object, places)) return false;
  if (object.bucket !== places.store.bucket || !object.key.startsWith(places.store.prefix)) return true;
  const key = object.key.slice(places.store.prefix.length);
  return listLookupKeys(search, deps.settings.outputLookup).includes(key)
    ? !(await isKeyShared(deps, search, key))
    : !isAssignedKey(deps.settings, key);
}

/** Whether an existing object can be the attempt's: its own output key, or newer than the submission and unclaimed. */
async function belongsToAttempt(
  deps: CheckOutputDeps,
  search: OutputSearch,
  object: S3Object,
  head: ObjectHead,
): Promise<boolean> {
  if (isOwnOutputKey(deps, search, object)) return true;
  return isNewer(deps, head, search.attempt) && !(await isClaimedByOther(deps, search, object));
}

/**
 * Whether a version of another training, or a training that is being finalized, names the object. An unreadable training
 * that is being finalized may name it.
 */
async function isClaimedByOther(
  deps: CheckOutputDeps,
  { id }: OutputSearch,
  { uri }: S3Object,
): Promise<boolean> {
  const namesObject = (address: string | undefined): boolean => {
    const resolved = address === undefined ? undefined : resolveModelAddress(deps, address);
    return resolved?.kind === 'object' && resolved.uri === uri;
  };
  const page = await listReadableTrainings(deps, { status: ['finalizing'], limit: MAX_FINALIZING });
  if (page.unreadable.length > 0) return true;
  const finalizing = page.items.some(
    (other) => other.id !== id && other.status === 'finalizing' && namesObject(other.attempt.output.loraUrl),
  );
  if (finalizing) return true;
  const models = await deps.manifests.listModels();
  return models.some(
    ({ trainingId, addresses }) => trainingId !== id && addresses.some((address) => namesObject(address)),
  );
}

/** Finalizing takes seconds; a store outage of a day leaves fewer than this. */
const MAX_FINALIZING = 200;

async function headReportedObject(
  { objects }: CheckOutputDeps,
  uri: string,
): Promise<ObjectHead | 'forbidden' | undefined> {
  try {
    return await objects.headUri(uri);
  } catch (error) {
    if (error instanceof ObjectStoreError && !error.retryable) return 'forbidden';
    throw error;
  }
}
