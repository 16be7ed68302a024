import {
  CorruptDocumentError,
  type EntryFault,
  type NewVersion,
  type VersionEntry,
  VersionNameTakenError,
} from '@trainyard/application';
import { versionDocumentSchema } from '@trainyard/contracts';
import { listIdSpellings, nextVersionName, omitUndefined, type Subject } from '@trainyard/domain';
import {
  fromEntries,
  isObject,
  type JsonObject,
  type ParsedEntries,
  parseEntries,
  parsePart,
  toEntries,
  toPart,
} from '../document.ts';
import { type EntryFaults, findFaults } from '../entry-faults.ts';

/** A subject's manifest: its two lists, and the whole document with unknown fields. */
export interface Manifest {
  readonly key: string;
  readonly subject: Subject;
  readonly document: JsonObject;
  readonly versions: readonly JsonObject[];
  readonly models: readonly JsonObject[];
}

/**
 * Parses a manifest; a missing manifest is empty. Throws {@link CorruptDocumentError} for a document without readable
 * lists. Each entry is parsed for itself, see {@link parseVersion}.
 */
export function parseManifest(key: string, subject: Subject, json: unknown): Manifest {
  if (json === undefined) return { key, subject, document: {}, versions: [], models: [] };
  if (!isObject(json)) throw new CorruptDocumentError(key, 'the manifest is not an object');
  return {
    key,
    subject,
    document: json,
    versions: getEntries(key, json, 'versions'),
    models: getEntries(key, json, 'custom_lora_models'),
  };
}

function getEntries(key: string, json: JsonObject, name: string): readonly JsonObject[] {
  const list = json[name] ?? [];
  if (!Array.isArray(list)) throw new CorruptDocumentError(key, `${name} is not a list`);
  return toEntries(list);
}

/**
 * Returns the document to write. `versions` is always present, `custom_lora_models` only if it was or has
 * entries.
 */
export function toDocument(manifest: Manifest): JsonObject {
  const { document, models, versions } = manifest;
  const hasModels = models.length > 0 || 'custom_lora_models' in document;
  return {
    ...document,
    versions: fromEntries(versions),
    ...(hasModels && { custom_lora_models: fromEntries(models) }),
  };
}

/** Parses all versions; an unreadable entry is reported and leaves the others readable. */
export function parseVersions(manifest: Manifest): ParsedEntries<VersionEntry> {
  return parseEntries(manifest.key, manifest.versions, (entry) => parseVersion(manifest, entry));
}

/** Throws CorruptDocumentError for the first unreadable entry. */
export function assertReadable([fault]: readonly EntryFault[]): void {
  if (fault) throw new CorruptDocumentError(fault.key, fault.fault.replace(`${fault.key}: `, ''));
}

/**
 * Parses an entry that was just written. A field of a foreign value is left out, because it must not prevent the write of a
 * training's end.
 */
export function parseWrittenVersion(manifest: Manifest, entry: JsonObject): VersionEntry {
  const { error } = versionDocumentSchema.safeParse(entry);
  const unreadable = new Set(error?.issues.map(({ path }) => path[0]));
  const readable = Object.entries(entry).filter(([name]) => !unreadable.has(name));
  return parseVersion(manifest, Object.fromEntries(readable));
}

/** Parses a version entry. Throws {@link CorruptDocumentError} with the field at fault. */
function parseVersion(manifest: Manifest, entry: JsonObject): VersionEntry {
  const part = toPart('version', entry, manifest.versions.indexOf(entry));
  const found = parsePart(versionDocumentSchema, entry, { key: manifest.key, part });
  return {
    ...omitUndefined({
      description: found.description,
      policy: found.policy,
      preset: found.preset,
      loraUrl: found.loraUrl,
      verified: found.verified,
      output_key: found.output_key,
      selectionSetId: found.selectionSetId,
      training_id: found.training_id,
      job_id: found.job_id,
      runpod_job_id: found.runpod_job_id,
      attempt: found.attempt,
      endpoint: found.endpoint ?? found.endpoint_id,
      attempt_deadline: found.attempt_deadline ?? found.dead_by,
      judged: found.judged,
      cost: found.cost,
      duration: found.duration,
      sha256: found.sha256,
      file_name: found.file_name,
      size_bytes: found.size_bytes,
      samples: found.samples,
      final_loss: found.final_loss,
      data_digest: found.data_digest,
      error: found.error,
      failure: found.failure,
      warnings: found.warnings,
    }),
    id: getVersionId(entry),
    name: found.name ?? getVersionId(entry),
    timestamp: found.timestamp ?? '',
    parameters: found.parameters ?? {},
    status: found.status,
    imageCount: found.imageCount ?? 0,
    good: found.good,
  };
}

/** Finds the versions that cannot be parsed, and the models that are no objects. */
export function findManifestFaults(manifest: Manifest): EntryFaults {
  const versions = findFaults(manifest.versions, (entry) => parseVersion(manifest, entry));
  const models = findFaults(manifest.models, (entry, index) =>
    parsePart(anyObject, entry, { key: manifest.key, part: toPart('model', entry, index) }),
  );
  return new Map([...versions, ...models]);
}

/** Models have no schema: the tools that write them choose their fields. */
const anyObject = { safeParse: (data: unknown) => ({ success: true as const, data }) };

/** Returns a field of an entry as text; undefined if it is missing or empty. */
export function getText(entry: JsonObject | undefined, name: string): string | undefined {
  const value = entry?.[name];
  if (typeof value === 'number') return String(value);
  return typeof value === 'string' && value !== '' ? value : undefined;
}

/** Returns the id of an entry; the oldest entries have only a name. */
export function getVersionId(entry: JsonObject): string {
  return getText(entry, 'id') ?? getText(entry, 'name') ?? getText(entry, 'training_id') ?? '';
}

/** Returns the manifest with this entry in place of `replaced`, or appended. */
export function withVersion(manifest: Manifest, entry: JsonObject, replaced?: JsonObject): Manifest {
  const index = replaced ? manifest.versions.indexOf(replaced) : -1;
  const versions = index < 0 ? [...manifest.versions, entry] : manifest.versions.with(index, entry);
  return { ...manifest, versions };
}

/**
 * Assigns the name of a new version: the requested name, else the next of V1, V2, … above every number that a
 * version or model of the subject ever had. Throws {@link VersionNameTakenError} if the requested name is
 * taken.
 */
export function assignName(manifest: Manifest, version: Pick<NewVersion, 'name'>): string {
  const taken = listTakenNames(manifest);
  if (version.name === undefined) return nextVersionName(taken);
  if (taken.includes(version.name)) throw new VersionNameTakenError(manifest.subject, version.name);
  return version.name;
}

/**
 * Lists all assigned version names, including those of models without an entry: their files carry the name
 * (`actor_0019_V6`, or `actor_19_V6` of other tools).
 */
export function listTakenNames({ subject, versions, models }: Manifest): readonly string[] {
  const names = [
    ...versions.flatMap((entry) => [getText(entry, 'name') ?? getText(entry, 'id'), toFileName(entry)]),
    ...models.flatMap((model) => [getText(model, 'version'), getText(model, 'name'), toFileName(model)]),
  ];
  return names.flatMap((name) => (name === undefined ? [] : [toVersionName(subject, name)]));
}

const MODEL_FILE = '.safetensors';

/** The name of a model file without folder and extension, such as `actor_0019_V6`. */
function toFileName(entry: JsonObject): string | undefined {
  const [path = ''] = (getText(entry, 'loraUrl') ?? '').split(/[?#]/, 1);
  const file = path.slice(path.lastIndexOf('/') + 1);
  if (!file.toLowerCase().endsWith(MODEL_FILE)) return undefined;
  return file.startsWith('actor_') || file.startsWith('style_')
    ? file.slice(0, -MODEL_FILE.length)
    : undefined;
}

/** Removes the subject in front of a version name, in any spelling of its id. */
function toVersionName(subject: Subject, name: string): string {
  const prefix = listIdSpellings(subject)
    .map((id) => `${subject.kind}_${id}_`)
    .find((each) => name.startsWith(each));
  return prefix === undefined ? name : name.slice(prefix.length);
}
