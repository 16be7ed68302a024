import { isDeepStrictEqual } from 'node:util';
import type { ImportResult, SourceDocument } from '@trainyard/application';
import { toModelName } from '@trainyard/domain';
import type { JsonObject } from '../document.ts';
import { type EntryFaults, toFaultNotes } from '../entry-faults.ts';
import { fillEmptyFields, listChangedFields } from '../merge-documents.ts';
import type { ManifestChange } from './entries.ts';
import {
  assignName,
  findManifestFaults,
  getText,
  getVersionId,
  type Manifest,
  parseManifest,
  toDocument,
  withVersion,
} from './manifest.ts';

/** Fields of which one identifies a version. */
export const VERSION_ID_FIELDS = ['training_id', 'job_id', 'runpod_job_id', 'id'] as const;
/** Fields of which one identifies a model. */
export const MODEL_ID_FIELDS = ['training_id', 'version', 'name'] as const;
/** Fields of our entries that only the state store and operators decide. */
const PROTECTED_FIELDS: readonly string[] = [
  ...['id', 'name', 'training_id', 'status', 'attempt', 'endpoint', 'endpoint_id'],
  ...['attempt_deadline', 'dead_by', 'failure', 'data_digest', 'loraUrl', 'verified', 'output_key'],
  ...['sha256', 'file_name', 'size_bytes', 'samples', 'final_loss', 'good', 'judged'],
];

interface MergedEntries {
  readonly entries: readonly JsonObject[];
  readonly results: readonly ImportResult[];
}

interface EntryRule {
  readonly idFields: readonly string[];
  readonly toName: (entry: JsonObject, index: number) => string;
  /** The manifest of the object store and that of the source. */
  readonly key: string;
  readonly source: string;
  readonly faults: { readonly known: EntryFaults; readonly given: EntryFaults };
}

/**
 * Merges a manifest of a legacy tool: new versions and models are added, known entries are only filled.
 * Throws {@link CorruptDocumentError} with the name of the source if that is invalid.
 */
export function mergeManifest(
  manifest: Manifest,
  { name: source, json }: SourceDocument,
): { readonly document: JsonObject; readonly result: readonly ImportResult[] } {
  const given = parseManifest(source, manifest.subject, json);
  const { kind, id } = manifest.subject;
  const faults = { known: findManifestFaults(manifest), given: findManifestFaults(given) };
  const origin = { key: manifest.key, source, faults };
  const versions = mergeEntries(manifest.versions, given.versions, {
    ...origin,
    idFields: VERSION_ID_FIELDS,
    toName: (entry, index) =>
      `version ${getText(entry, 'name') ?? (getVersionId(entry) || index + 1)} of ${kind} ${id}`,
  });
  const models = mergeEntries(manifest.models, given.models, {
    ...origin,
    idFields: MODEL_ID_FIELDS,
    toName: (entry, index) =>
      `model ${getText(entry, 'name') ?? getText(entry, 'version') ?? index + 1} of ${kind} ${id}`,
  });
  // A new manifest keeps the order of the fields of the source.
  const known = Object.keys(manifest.document).length === 0 ? given.document : manifest.document;
  const merged = { ...manifest, document: known, versions: versions.entries, models: models.entries };
  const outerDocument = fillEmptyFields(toDocument(merged), given.document, [
    'versions',
    'custom_lora_models',
  ]);
  const anyGood = versions.entries.some((entry) => entry['good'] === true);
  const document = anyGood ? { ...outerDocument, custom_models_good: true } : outerDocument;
  return { document, result: [...versions.results, ...models.results] };
}

/** The oldest entries have only a name, or no field that identifies them: they are the same when these are equal. */
function hasSameId(idFields: readonly string[], given: JsonObject) {
  const fields = idFields.filter((name) => getText(given, name) !== undefined);
  if (fields.length > 0)
    return (entry: JsonObject) => fields.some((name) => getText(given, name) === getText(entry, name));
  const name = getText(given, 'name');
  return (entry: JsonObject) =>
    name === undefined ? isDeepStrictEqual(given, entry) : name === getText(entry, 'name');
}

/** At most one version is good: that of the store, else the first of the source. */
function withoutSecondGood(entry: JsonObject, others: readonly JsonObject[]): JsonObject {
  return entry['good'] === true && others.some((other) => other['good'] === true)
    ? { ...entry, good: false }
    : entry;
}

function mergeEntries(
  known: readonly JsonObject[],
  given: readonly JsonObject[],
  rule: EntryRule,
): MergedEntries {
  const entries = [...known];
  const merged = given.map((entry, position): ImportResult => {
    const note = { item: rule.toName(entry, position), source: rule.source };
    const index = entries.findIndex(hasSameId(rule.idFields, entry));
    const before = entries[index];
    const fault = rule.faults.given.get(entry) ?? (before && rule.faults.known.get(before));
    if (fault !== undefined) return { outcome: 'refused', ...note, detail: fault };
    if (!before) {
      entries.push(withoutSecondGood(entry, entries));
      return { outcome: 'added', ...note };
    }
    const after = fillEmptyFields(before, entry, PROTECTED_FIELDS);
    entries[index] = after;
    if (after === before) return { outcome: 'kept', ...note };
    return { outcome: 'filled', ...note, detail: listChangedFields(before, after) };
  });
  const stored = { key: rule.key, entries: known, faults: rule.faults.known };
  return { entries, results: [...merged, ...toFaultNotes(stored, rule.toName, merged)] };
}

/** In order of precedence: a training id identifies our entry before ids of other tools do. */
const ID_FIELDS = ['training_id', 'job_id', 'runpod_job_id', 'id'] as const;

/**
 * Adds or updates an entry of a legacy tool; see `Manifests.upsertVersion`. Of our own entries only empty
 * fields are filled. Throws VersionNameTakenError. @param nowIso ISO 8601
 */
export function upsertEntry(manifest: Manifest, given: JsonObject, nowIso: string): ManifestChange {
  const known = ID_FIELDS.map((name) =>
    manifest.versions.find((entry) => hasSameText(entry, given, name)),
  ).find(Boolean);
  if (!known) return addEntry(manifest, given, nowIso);
  const entry =
    getText(known, 'training_id') === undefined ? updateEntry(known, given) : fillEntry(known, given);
  return { manifest: withVersion(manifest, entry, known), entry };
}

function hasSameText(entry: JsonObject, given: JsonObject, name: string): boolean {
  const value = getText(entry, name);
  return value !== undefined && value === getText(given, name);
}

/** A legacy tool sets neither `training_id` nor a verdict. */
function addEntry(manifest: Manifest, given: JsonObject, nowIso: string): ManifestChange {
  const {
    training_id: _,
    judged: __,
    ...fields
  } = given as Readonly<Record<'training_id' | 'judged', unknown>>;
  const name = getText(given, 'name') ?? assignName(manifest, {});
  const id = getText(given, 'id') ?? `${toModelName(manifest.subject, name)}_${nowIso.replace(/\D/g, '')}`;
  const entry = { timestamp: nowIso, ...fields, id, name, good: false };
  return { manifest: withVersion(manifest, entry), entry };
}

function updateEntry(known: JsonObject, given: JsonObject): JsonObject {
  const {
    good: _,
    id: __,
    training_id: ___,
    judged: ____,
    ...fields
  } = given as Readonly<Record<'good' | 'id' | 'training_id' | 'judged', unknown>>;
  return { ...known, ...fields };
}

function fillEntry(known: JsonObject, given: JsonObject): JsonObject {
  const empty = Object.entries(given).filter(
    ([name]) =>
      !PROTECTED_FIELDS.includes(name) &&
      (known[name] === undefined || known[name] === null || known[name] === ''),
  );
  return { ...known, ...Object.fromEntries(empty) };
}
