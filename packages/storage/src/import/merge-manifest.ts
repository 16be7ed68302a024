import type { ImportResult, SourceDocument } from '@trainyard/application';
import type { JsonObject } from '../documents/document.ts';
import { getText, getVersionId, type Manifest, parseManifest, toDocument } from '../manifests/manifest.ts';
import { fillEmptyFields, listChangedFields } from './fill-empty-fields.ts';

const VERSION_ID_FIELDS = ['training_id', 'job_id', 'runpod_job_id', 'id'] as const;
const MODEL_ID_FIELDS = ['training_id', 'version', 'name'] as const;
/** What the record and a person's judgement decide. */
const PROTECTED_FIELDS = ['id', 'name', 'training_id', 'status', 'loraUrl', 'good'];

interface MergedEntries {
  readonly entries: readonly JsonObject[];
  readonly notes: readonly ImportResult[];
}

interface EntryRule {
  readonly idFields: readonly string[];
  readonly toName: (entry: JsonObject) => string;
  readonly source: string;
}

/** What becomes of a manifest with one of another tool. Throws CorruptDocumentError, naming the source. */
export function mergeManifest(
  manifest: Manifest,
  { name: source, json }: SourceDocument,
): { readonly document: JsonObject; readonly notes: readonly ImportResult[] } {
  const given = parseManifest(source, manifest.subject, json);
  const { kind, id } = manifest.subject;
  const versions = mergeEntries(manifest.versions, given.versions, {
    idFields: VERSION_ID_FIELDS,
    toName: (entry) => `version ${getText(entry, 'name') ?? getVersionId(entry)} of ${kind} ${id}`,
    source,
  });
  const models = mergeEntries(manifest.models, given.models, {
    idFields: MODEL_ID_FIELDS,
    toName: (entry) => `model ${getText(entry, 'name') ?? getText(entry, 'version') ?? '?'} of ${kind} ${id}`,
    source,
  });
  const merged = { ...manifest, versions: versions.entries, models: models.entries };
  const outerDocument = fillEmptyFields(toDocument(merged), given.document, [
    'versions',
    'custom_lora_models',
  ]);
  const anyGood = versions.entries.some((entry) => entry['good'] === true);
  const document = anyGood ? { ...outerDocument, custom_models_good: true } : outerDocument;
  return { document, notes: [...versions.notes, ...models.notes] };
}

function hasSameId(idFields: readonly string[], given: JsonObject) {
  return (entry: JsonObject) =>
    idFields.some(
      (name) => getText(given, name) !== undefined && getText(given, name) === getText(entry, name),
    );
}

/** At most one is good: what the store judged stands, and of the source's the first. */
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
  const notes = given.map((entry): ImportResult => {
    const note = { item: rule.toName(entry), source: rule.source };
    const index = entries.findIndex(hasSameId(rule.idFields, entry));
    const before = entries[index];
    if (!before) {
      entries.push(withoutSecondGood(entry, entries));
      return { outcome: 'added', ...note };
    }
    const after = fillEmptyFields(before, entry, PROTECTED_FIELDS);
    entries[index] = after;
    if (after === before) return { outcome: 'kept', ...note };
    return { outcome: 'filled', ...note, detail: listChangedFields(before, after) };
  });
  return { entries, notes };
}
