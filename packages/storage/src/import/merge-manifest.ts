import type { ImportNote, SourceDocument } from '@trainyard/application';
import type { JsonObject } from '../documents/document.ts';
import { documentOf, type Manifest, manifestOf, textAt, versionId } from '../manifests/manifest.ts';
import { changedFields, filledFrom } from './fill.ts';

const VERSION_NAMES = ['training_id', 'job_id', 'runpod_job_id', 'id'] as const;
const MODEL_NAMES = ['training_id', 'version', 'name'] as const;
/** What the record and a person's judgement decide. */
const NEVER = ['id', 'name', 'training_id', 'status', 'loraUrl', 'good'];

interface Rows {
  readonly entries: readonly JsonObject[];
  readonly notes: readonly ImportNote[];
}

interface RowRule {
  readonly names: readonly string[];
  readonly nameOf: (entry: JsonObject) => string;
  readonly source: string;
}

const sameAs = (names: readonly string[], given: JsonObject) => (entry: JsonObject) =>
  names.some((name) => textAt(given, name) !== undefined && textAt(given, name) === textAt(entry, name));

/** At most one is good: what the store judged stands, and of the source's the first. */
const judged = (entry: JsonObject, others: readonly JsonObject[]): JsonObject =>
  entry['good'] === true && others.some((other) => other['good'] === true)
    ? { ...entry, good: false }
    : entry;

const mergedRows = (known: readonly JsonObject[], given: readonly JsonObject[], rule: RowRule): Rows => {
  const entries = [...known];
  const notes = given.map((entry): ImportNote => {
    const note = { of: rule.nameOf(entry), source: rule.source };
    const place = entries.findIndex(sameAs(rule.names, entry));
    const before = entries[place];
    if (!before) {
      entries.push(judged(entry, entries));
      return { what: 'added', ...note };
    }
    const after = filledFrom(before, entry, NEVER);
    entries[place] = after;
    if (after === before) return { what: 'kept', ...note };
    return { what: 'filled', ...note, detail: changedFields(before, after) };
  });
  return { entries, notes };
};

/** What becomes of a manifest with one of another tool. Throws CorruptDocumentError, naming the source. */
export const mergedManifest = (
  manifest: Manifest,
  { name: source, json }: SourceDocument,
): { readonly document: JsonObject; readonly notes: readonly ImportNote[] } => {
  const given = manifestOf(source, manifest.subject, json);
  const { kind, id } = manifest.subject;
  const versions = mergedRows(manifest.versions, given.versions, {
    names: VERSION_NAMES,
    nameOf: (entry) => `version ${textAt(entry, 'name') ?? versionId(entry)} of ${kind} ${id}`,
    source,
  });
  const models = mergedRows(manifest.models, given.models, {
    names: MODEL_NAMES,
    nameOf: (entry) => `model ${textAt(entry, 'name') ?? textAt(entry, 'version') ?? '?'} of ${kind} ${id}`,
    source,
  });
  const merged = { ...manifest, versions: versions.entries, models: models.entries };
  const around = filledFrom(documentOf(merged), given.document, ['versions', 'custom_lora_models']);
  const anyGood = versions.entries.some((entry) => entry['good'] === true);
  const document = anyGood ? { ...around, custom_models_good: true } : around;
  return { document, notes: [...versions.notes, ...models.notes] };
};
