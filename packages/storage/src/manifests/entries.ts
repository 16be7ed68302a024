import type { LiveVersion, NewVersion } from '@trainyard/application';
import { omitUndefined, toModelName } from '@trainyard/domain';
import type { JsonObject } from '../document.ts';
import { assignName, getText, type Manifest, toDocument, withVersion } from './manifest.ts';

/** Fields of an attempt; removed when a later attempt begins. */
const ATTEMPT_FIELDS = [
  'runpod_job_id',
  'attempt_deadline',
  'dead_by',
  'endpoint_id',
  'error',
  'failure',
  'loraUrl',
  'verified',
  'output_key',
  'sha256',
  'file_name',
  'size_bytes',
  'samples',
  'final_loss',
  'cost',
  'duration',
] as const;

/** Fields of a model; removed when the run that made it proves to be the run of a different training. */
const MODEL_FIELDS = [
  'runpod_job_id',
  'loraUrl',
  'verified',
  'sha256',
  'file_name',
  'size_bytes',
  'samples',
  'final_loss',
  'cost',
  'duration',
] as const;

/** A changed manifest and the entry concerned. */
export interface ManifestChange {
  readonly manifest: Manifest;
  readonly entry: JsonObject;
}

/**
 * Adds or updates the entry of a training before it is submitted; see `Manifests.openVersion`. A late call,
 * for an earlier attempt or an ended training, changes no field. Throws VersionNameTakenError.
 */
export function openEntry(
  manifest: Manifest,
  version: NewVersion,
  toOutputKey?: (versionName: string) => string,
): ManifestChange {
  const complete = (name: string): NewVersion =>
    toOutputKey ? { ...version, output_key: toOutputKey(name) } : version;
  const known = findEntry(manifest, version.training_id);
  if (!known) {
    const name = assignName(manifest, version);
    const entry = { ...createEntry(manifest, complete(name), name), good: false };
    return { manifest: withVersion(manifest, entry), entry };
  }
  if (isStale(known, version)) return { manifest, entry: known };
  const reopened = (version.attempt ?? 0) > getAttempt(known) ? omitFields(known, ATTEMPT_FIELDS) : known;
  const name = getText(known, 'name') ?? '';
  return replaceEntry(manifest, known, mergeEntry(reopened, complete(name)));
}

/** Writes the result of an ended training; see `Manifests.finalizeVersion`. A missing entry is added. */
export function finalizeEntry(
  manifest: Manifest,
  version: NewVersion & { readonly name: string },
): ManifestChange {
  const known = findEntry(manifest, version.training_id);
  const isCompleted = version.status === 'completed';
  const entry = known
    ? mergeEntry(isCompleted ? withoutEarlyVerdict(known) : omitFields(known, MODEL_FIELDS), version)
    : { ...createEntry(manifest, version, version.name), good: false };
  const finalized = { manifest: withVersion(manifest, entry, known), entry };
  if (manifest.subject.kind !== 'actor') return finalized;
  return isCompleted ? withModel(finalized) : withoutModel(finalized);
}

/** A verdict that precedes the model is none: the model awaits review. */
function withoutEarlyVerdict(known: JsonObject): JsonObject {
  return getText(known, 'status') === 'completed' ? known : omitFields(known, ['judged']);
}

/** Writes the status of a live attempt; see `Manifests.setLiveStatus`. Without a document no field changes. */
export function setLiveStatus(
  manifest: Manifest,
  live: LiveVersion,
): { readonly result: undefined; readonly document?: JsonObject } {
  const known = findEntry(manifest, live.training_id);
  const isLive = ['submitting', 'pending', 'training'].includes(getText(known, 'status') ?? 'pending');
  if (!known || !isLive || getAttempt(known) !== live.attempt) return { result: undefined };
  const { status, runpod_job_id } = live;
  const changed = withVersion(manifest, { ...known, status, runpod_job_id }, known);
  return { result: undefined, document: toDocument(changed) };
}

function findEntry({ versions }: Manifest, trainingId: string): JsonObject | undefined {
  return versions.find((entry) => getText(entry, 'training_id') === trainingId);
}

function createEntry({ subject }: Manifest, version: NewVersion, name: string): JsonObject {
  return { id: `${toModelName(subject)}_${version.training_id}`, ...omitUndefined(version), name };
}

/** Id, name and good flag of an entry are kept. */
function mergeEntry(known: JsonObject, version: NewVersion): JsonObject {
  const { name: _, ...fields } = version;
  return { ...known, ...omitUndefined(fields) };
}

/** Whether the writer is late: the entry has a later attempt, or the training has ended. */
function isStale(known: JsonObject, version: NewVersion): boolean {
  const attempt = version.attempt ?? 0;
  const status = getText(known, 'status');
  if (status === 'completed' || attempt < getAttempt(known)) return true;
  return (status === 'failed' || status === 'cancelled') && attempt === getAttempt(known);
}

function getAttempt(entry: JsonObject): number {
  return Number(getText(entry, 'attempt') ?? 0);
}

function omitFields(entry: JsonObject, names: readonly string[]): JsonObject {
  return Object.fromEntries(Object.entries(entry).filter(([name]) => !names.includes(name)));
}

function replaceEntry(manifest: Manifest, known: JsonObject, entry: JsonObject): ManifestChange {
  return { manifest: withVersion(manifest, entry, known), entry };
}

/**
 * Adds a completed version of an actor to `custom_lora_models`, once; the legacy tools list these models.
 */
function withModel({ manifest, entry }: ManifestChange): ManifestChange {
  const trainingId = getText(entry, 'training_id');
  const known = manifest.models.find((model) => getText(model, 'training_id') === trainingId);
  const version = getText(entry, 'name');
  const model = {
    ...known,
    ...omitUndefined({
      version,
      name: toModelName(manifest.subject, version),
      loraUrl: getText(entry, 'loraUrl'),
      verified: entry['verified'],
    }),
    good: entry['good'] === true,
    training_id: trainingId,
  };
  const models = known
    ? manifest.models.with(manifest.models.indexOf(known), model)
    : [...manifest.models, model];
  return { manifest: { ...manifest, models }, entry };
}

/** Removes the model of a version that is not completed from `custom_lora_models`. */
function withoutModel({ manifest, entry }: ManifestChange): ManifestChange {
  const trainingId = getText(entry, 'training_id');
  const models = manifest.models.filter((model) => getText(model, 'training_id') !== trainingId);
  return { manifest: { ...manifest, models }, entry };
}
