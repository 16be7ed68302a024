import {
  type Catalogue,
  CorruptDocumentError,
  type ExportedDocument,
  type ExportFault,
  findStyleByFolder,
  type LegacyDocuments,
  type ObjectStore,
} from '@trainyard/application';
import { type SubjectKind, toSubjectId } from '@trainyard/domain';
import pLimit from 'p-limit';
import { createStyleFolders } from '../catalogue/style-folder.ts';
import { getId, isObject, type JsonObject, readList } from '../document.ts';
import { parseLenientJson } from '../lenient-json.ts';
import { changeJsonText, type JsonChange } from './change-json-text.ts';
import {
  getManifestEntries,
  type ImportedFlags,
  readListFlags,
  readManifestFlags,
  toEntryId,
  toFlagKey,
  toImportedManifest,
  toListChange,
  toSetsChange,
} from './imported-values.ts';
import { keepOriginal, listOriginals, type OriginalDocument } from './originals.ts';

const STYLES = 'data/styles.json';
const MANIFESTS = 'data/actor_manifests/';
const STYLE_FOLDERS = 'resources/style_images/';
const CONCURRENCY = 16;

/** Creates the documents of the catalogue in the layout of the legacy tools. */
export function createLegacyDocuments(
  store: ObjectStore,
  catalogue: Pick<Catalogue, 'listStyles'>,
  { catalogueKey = 'data/actors.json' }: { readonly catalogueKey?: string } = {},
): LegacyDocuments {
  return {
    keepOriginal: (path, bytes) => keepOriginal(store, path, bytes),
    listDocuments: async function* () {
      const stored = await readStored(store, catalogueKey);
      const styleIds = (await catalogue.listStyles()).map(({ id }) => id);
      const originals = parseOriginals(await listOriginals(store), styleIds);
      const getFolder = createStyleFolders(store, catalogue);
      const findKey = (original: ParsedOriginal) =>
        findStoredKey(original, { stored, catalogueKey, getFolder });
      const flags = readFlags(originals);
      const exported = new Set<string>();
      for (const original of originals) {
        const key = await findKey(original);
        if (key !== undefined) exported.add(key);
        yield exportOriginal(original, key === undefined ? undefined : stored.get(key), { originals, flags });
      }
      for (const [key, bytes] of stored)
        if (!exported.has(key) && !isProjection(key, bytes))
          yield { path: toNewPath(originals, key), bytes, outcome: 'new' };
    },
  };
}

type StoredDocuments = ReadonlyMap<string, Uint8Array>;

/** Reads the documents of catalogue, manifests and styles, by key. */
async function readStored(store: ObjectStore, catalogueKey: string): Promise<StoredDocuments> {
  const keys = [catalogueKey, STYLES];
  for await (const { key } of store.list(MANIFESTS)) if (key.endsWith('_manifest.json')) keys.push(key);
  for await (const { key } of store.list(STYLE_FOLDERS))
    if (/^[^/]+\/(selection_sets|training_versions)\.json$/.test(key.slice(STYLE_FOLDERS.length)))
      keys.push(key);
  const limit = pLimit(CONCURRENCY);
  const read = await Promise.all(
    keys.map((key) => limit(async () => [key, (await store.get(key))?.body] as const)),
  );
  return new Map(read.flatMap(([key, body]) => (body ? [[key, body]] : [])));
}

interface ParsedOriginal extends OriginalDocument {
  readonly text: string;
  readonly json: unknown;
  readonly styleId?: string | undefined;
}

/** Parses the originals. The import has read them before, so that each one is JSON. */
function parseOriginals(
  originals: readonly OriginalDocument[],
  styleIds: readonly string[],
): readonly ParsedOriginal[] {
  return originals.map((original) => {
    const { subject } = original;
    const text = new TextDecoder('utf-8', { ignoreBOM: true }).decode(original.bytes);
    const styleId = 'styleFolder' in subject ? findStyleByFolder(subject.styleFolder, styleIds) : undefined;
    return { ...original, text, json: parseLenientJson(text.replace(/^\uFEFF/, '')), styleId };
  });
}

async function findStoredKey(
  { subject, styleId }: ParsedOriginal,
  {
    stored,
    catalogueKey,
    getFolder,
  }: {
    readonly stored: StoredDocuments;
    readonly catalogueKey: string;
    readonly getFolder: (styleId: string) => Promise<string>;
  },
): Promise<string | undefined> {
  if ('list' in subject) return subject.list === 'actor' ? catalogueKey : STYLES;
  if ('styleFolder' in subject)
    return styleId === undefined ? undefined : `${await getFolder(styleId)}${subject.file}`;
  const own = `${MANIFESTS}${subject.manifestId}_manifest.json`;
  if (stored.has(own)) return own;
  const id = toSubjectId('actor', subject.manifestId);
  return [...stored.keys()].find((key) => parseManifestKey(key) === id);
}

function parseManifestKey(key: string): string | undefined {
  const id = key.startsWith(MANIFESTS)
    ? key.slice(MANIFESTS.length).replace(/_manifest\.json$/, '')
    : undefined;
  return id === undefined ? undefined : toSubjectId('actor', id);
}

/** Flags of the originals: those of the lists, and those that the import gives the manifests. */
interface OriginalFlags {
  readonly lists: ImportedFlags;
  readonly manifests: ImportedFlags;
}

function readFlags(originals: readonly ParsedOriginal[]): OriginalFlags {
  const lists = new Map<string, JsonObject>();
  for (const { subject, path, json } of originals)
    if ('list' in subject)
      for (const entry of readEntries(path, subject.list, json))
        lists.set(toFlagKey(subject.list, getId(entry) ?? ''), readListFlags(entry));
  const manifests = new Map<string, JsonObject>();
  for (const original of originals) {
    const manifest = toManifest(original, lists);
    if (manifest) manifests.set(manifest.flagKey, readManifestFlags(manifest.imported));
  }
  return { lists, manifests };
}

function readEntries(path: string, kind: SubjectKind, json: unknown): readonly JsonObject[] {
  return readList({ key: path, names: [`${kind}s`], create: (items) => items }, json).items;
}

/** The manifest that the import of an original gives; undefined for other documents. */
function toManifest({ subject, path, bytes, json, styleId }: ParsedOriginal, lists: ImportedFlags) {
  const document = { name: path, bytes, json };
  const isVersions = 'styleFolder' in subject && subject.file === 'training_versions.json';
  if (isVersions && styleId !== undefined) {
    const imported = toImportedManifest({ kind: 'style', id: styleId }, document, lists);
    return { imported, flagKey: toFlagKey('style', styleId) };
  }
  if (!('manifestId' in subject)) return undefined;
  const imported = toImportedManifest({ kind: 'actor', id: subject.manifestId }, document, lists);
  return { imported, flagKey: toFlagKey('actor', subject.manifestId) };
}

function exportOriginal(
  original: ParsedOriginal,
  stored: Uint8Array | undefined,
  context: { readonly originals: readonly ParsedOriginal[]; readonly flags: OriginalFlags },
): ExportedDocument | ExportFault {
  const { path, bytes, text } = original;
  if (!stored) return { path, bytes, outcome: 'unchanged' };
  try {
    const json = parseLenientJson(new TextDecoder('utf-8', { fatal: true }).decode(stored));
    const change = toChange(original, json, context);
    const changed = change ? changeJsonText(text, change) : text;
    if (changed === text) return { path, bytes, outcome: 'unchanged' };
    return { path, bytes: new TextEncoder().encode(changed), outcome: 'changed' };
  } catch (error) {
    if (error instanceof CorruptDocumentError) return { path, fault: error.message };
    if (error instanceof SyntaxError || error instanceof TypeError)
      return { path, fault: `the stored document is not JSON (${error.message})` };
    throw error;
  }
}

function toChange(
  original: ParsedOriginal,
  stored: unknown,
  { originals, flags }: { readonly originals: readonly ParsedOriginal[]; readonly flags: OriginalFlags },
): JsonChange | undefined {
  const { subject, path, json } = original;
  if ('list' in subject)
    return toListChange({
      kind: subject.list,
      name: path,
      original: json,
      stored,
      manifestFlags: flags.manifests,
      isAppended: createAppendRule(original, originals, subject.list),
    });
  if ('styleFolder' in subject && subject.file === 'selection_sets.json')
    return toSetsChange(path, json, stored);
  const manifest = toManifest(original, flags.lists);
  return manifest && { before: manifest.imported, after: stored, getEntries: getManifestEntries };
}

/** Returns whether an entry belongs to this list: one that no imported list has is appended to the first of its kind. */
function createAppendRule(original: ParsedOriginal, originals: readonly ParsedOriginal[], kind: SubjectKind) {
  const lists = originals.filter(({ subject }) => 'list' in subject && subject.list === kind);
  const listed = new Set(
    lists.flatMap(({ path, json }) => readEntries(path, kind, json).map((entry) => toEntryId(kind, entry))),
  );
  return (id: string): boolean => lists[0] === original && !listed.has(id);
}

/** Whether a manifest holds no more than the flag of training data, which the list has too. */
function isProjection(key: string, bytes: Uint8Array): boolean {
  if (!key.startsWith(MANIFESTS)) return false;
  try {
    const json = parseLenientJson(new TextDecoder().decode(bytes));
    if (!isObject(json)) return false;
    const isEmpty = Array.isArray(json['versions']) && json['versions'].length === 0;
    return isEmpty && Object.keys(json).every((name) => name === 'versions' || name === 'training_data_good');
  } catch {
    return false;
  }
}

/** The path of a document that was not imported; a folder without `data/` gets it without `data/`. */
function toNewPath(originals: readonly ParsedOriginal[], key: string): string {
  const isFlat =
    originals.length > 0 &&
    originals.every(({ path }) => !path.startsWith('data/')) &&
    key.startsWith('data/');
  return isFlat ? key.slice('data/'.length) : key;
}
