import type { SourceDocument } from '@trainyard/application';
import { booleanField } from '@trainyard/contracts';
import { type Subject, type SubjectKind, toSubjectId } from '@trainyard/domain';
import { toImportedSet } from '../catalogue/selection-sets.ts';
import { getId, isObject, type JsonObject, readList } from '../document.ts';
import { MODEL_ID_FIELDS, mergeManifest, VERSION_ID_FIELDS } from '../manifests/legacy-entries.ts';
import { getText, parseManifest } from '../manifests/manifest.ts';
import type { JsonChange, ListEntries } from './change-json-text.ts';

/** Flags of subjects by `kind id`, as an import reads them from a document. */
export type ImportedFlags = ReadonlyMap<string, JsonObject>;

const FLAGS = ['training_data_good', 'custom_models_good'] as const;

/** Returns the key of a subject's flags. */
export function toFlagKey(kind: SubjectKind, id: string): string {
  return `${kind} ${toSubjectId(kind, id)}`;
}

/**
 * Returns the manifest that the import of a document writes into an empty store: the difference from the stored manifest is
 * what Trainyard or another tool changed since. Throws CorruptDocumentError.
 */
export function toImportedManifest(
  subject: Subject,
  document: SourceDocument,
  listFlags: ImportedFlags,
): JsonObject {
  const empty = parseManifest(document.name, subject, undefined);
  const { document: merged } = mergeManifest(empty, document);
  const flag = listFlags.get(toFlagKey(subject.kind, subject.id))?.['training_data_good'];
  const isCopied =
    subject.kind === 'actor' && flag === true && typeof merged['training_data_good'] !== 'boolean';
  return isCopied ? { ...merged, training_data_good: true } : merged;
}

/** The list of a document: the entries, and a function that puts other entries in their place. */
interface ListDocument {
  readonly items: readonly JsonObject[];
  readonly withItems: (items: readonly JsonObject[]) => unknown;
}

/** A list of actors or styles as it was imported, and as it is stored. */
export interface SubjectLists {
  readonly kind: SubjectKind;
  readonly name: string;
  readonly original: unknown;
  readonly stored: unknown;
  /** Flags of the manifests, of which those of the list are a projection. */
  readonly manifestFlags: ImportedFlags;
  /** Whether an entry that the original does not have belongs into it. */
  readonly isAppended: (id: string) => boolean;
}

/**
 * Returns the change of a list of actors or styles since its import. Count and sync state describe the object store and
 * change in the list only together with the image addresses.
 */
export function toListChange(lists: SubjectLists): JsonChange {
  const { kind, name, manifestFlags } = lists;
  const read = (json: unknown): ListDocument =>
    readList({ key: name, names: [`${kind}s`], create: toItems }, json);
  const original = read(lists.original);
  const byId = new Map(original.items.map((entry) => [toEntryId(kind, entry), entry]));
  const before = original.items.map((entry) => {
    const own = readListFlags(entry);
    const flags = Object.entries(manifestFlags.get(toFlagKey(kind, getId(entry) ?? '')) ?? {});
    const projected = flags.filter(([flag, value]) => (own[flag] ?? false) !== value);
    return { ...entry, ...Object.fromEntries(projected) };
  });
  const after = read(lists.stored).items.flatMap((entry) => {
    const known = byId.get(toEntryId(kind, entry));
    if (known) return [withoutObservedState(entry, known)];
    return lists.isAppended(toEntryId(kind, entry)) ? [entry] : [];
  });
  const entries = { getIds: (entry: JsonObject) => [toEntryId(kind, entry)], isRemoved: () => false };
  return {
    before: original.withItems(before),
    after: original.withItems(after),
    getEntries: (field) => (field === '' || field === `${kind}s` ? entries : undefined),
  };
}

function toItems(items: readonly JsonObject[]): unknown {
  return items;
}

/** The id of a subject's entry; entries without an id are never the same. */
export function toEntryId(kind: SubjectKind, entry: JsonObject): string {
  return toSubjectId(kind, getId(entry) ?? '');
}

/** Returns the entry with count and sync state of the original, unless the image addresses differ. */
function withoutObservedState(entry: JsonObject, original: JsonObject): JsonObject {
  const [data, known] = [entry['training_data'], original['training_data']];
  if (!isObject(data)) return entry;
  const knownData = isObject(known) ? known : {};
  const isSame = JSON.stringify(data['s3_urls'] ?? []) === JSON.stringify(knownData['s3_urls'] ?? []);
  if (!isSame) return entry;
  const {
    count: _,
    synced: __,
    ...rest
  } = data as JsonObject & Readonly<Record<'count' | 'synced', unknown>>;
  const state = Object.fromEntries(
    ['count', 'synced'].flatMap((name) => (name in knownData ? [[name, knownData[name]]] : [])),
  );
  const own = { ...rest, ...state };
  return Object.keys(own).length === 0 && known === undefined
    ? withoutField(entry, 'training_data')
    : { ...entry, training_data: own };
}

function withoutField(entry: JsonObject, name: string): JsonObject {
  return Object.fromEntries(Object.entries(entry).filter(([field]) => field !== name));
}

/** Reads the flags of a list's entry; other tools write them as true, "true" or 1. */
export function readListFlags(entry: JsonObject): JsonObject {
  return Object.fromEntries(
    FLAGS.flatMap((flag) => {
      const { success, data } = booleanField.safeParse(entry[flag]);
      return success ? [[flag, data]] : [];
    }),
  );
}

/** Reads the flags of a manifest, where only true and false count. */
export function readManifestFlags(manifest: JsonObject): JsonObject {
  return Object.fromEntries(
    FLAGS.flatMap((flag) => (typeof manifest[flag] === 'boolean' ? [[flag, manifest[flag]]] : [])),
  );
}

/** Rules of the lists of a manifest: Trainyard removes a model when the run of its training proves to be another's. */
export function getManifestEntries(name: string): ListEntries | undefined {
  if (name === 'versions') return { getIds: toIds(VERSION_ID_FIELDS), isRemoved: () => false };
  if (name !== 'custom_lora_models') return undefined;
  return {
    getIds: toIds(MODEL_ID_FIELDS),
    isRemoved: (entry) => getText(entry, 'training_id') !== undefined,
  };
}

function toIds(fields: readonly string[]) {
  return (entry: JsonObject): readonly string[] => {
    const ids = fields.flatMap((field) => {
      const text = getText(entry, field);
      return text === undefined ? [] : [`${field} ${text}`];
    });
    return ids.length > 0 ? ids : [`name ${getText(entry, 'name') ?? JSON.stringify(entry)}`];
  };
}

const SET_NAMES = ['selection_sets', 'selectionSets', 'sets'] as const;

/** Returns the change of the selection sets of a style. A set that was read and is no longer stored was deleted. */
export function toSetsChange(name: string, originalJson: unknown, storedJson: unknown): JsonChange {
  const read = (json: unknown): ListDocument =>
    readList({ key: name, names: SET_NAMES, create: toItems }, json);
  const original = read(originalJson);
  const isReadable = (entry: JsonObject): boolean =>
    Number.isSafeInteger(Number(getId(entry) ?? Number.NaN)) && Array.isArray(entry['images']);
  const entries = { getIds: (entry: JsonObject) => [String(Number(getId(entry)))], isRemoved: isReadable };
  return {
    before: original.withItems(original.items.map(toImportedSet)),
    after: original.withItems(read(storedJson).items),
    getEntries: (field) => (field === '' || SET_NAMES.some((each) => each === field) ? entries : undefined),
  };
}
