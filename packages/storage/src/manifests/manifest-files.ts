import { isDeepStrictEqual } from 'node:util';
import {
  type Catalogue,
  CatalogueEntryUnreadableError,
  CorruptDocumentError,
  type ObjectStore,
  SubjectAmbiguousError,
} from '@trainyard/application';
import { listIdSpellings, type Subject, toSubject } from '@trainyard/domain';
import pRetry from 'p-retry';
import { assertId } from '../catalogue/style-folder.ts';
import { type Document, readDocument, updateDocument } from '../document.ts';

const PREFIX = 'data/actor_manifests/';
const SUFFIX = '_manifest.json';

/** The folder of the manifests of actors. */
export const ACTOR_MANIFESTS = PREFIX;

/** Returns the actor of a manifest; undefined for a key of a different file. */
export function parseActorManifestKey(key: string): Subject | undefined {
  if (!key.startsWith(PREFIX) || !key.endsWith(SUFFIX)) return undefined;
  return toSubject('actor', key.slice(PREFIX.length, -SUFFIX.length));
}

/** Lists the keys that the manifest of an actor may have: other tools spell `0019` as `19`. Throws ObjectStoreError. */
export function listActorManifestKeys(id: string): readonly string[] {
  assertId(id);
  return listIdSpellings({ kind: 'actor', id }).map((spelling) => `${PREFIX}${spelling}${SUFFIX}`);
}

/** The manifest of an actor, and equal copies of it under other spellings of the id. */
export interface ManifestFile {
  readonly key: string;
  readonly json: unknown;
  readonly copies: readonly string[];
}

type CatalogueEntries = Pick<Catalogue, 'findActor'>;

/** Attempts at reading copies that differ: a writer updates the copies just after the manifest. */
const DIFFERING_READS = 5;

/**
 * Reads the manifest of an actor under the spelling that it has. A new manifest takes `newSpelling`, else that of the catalogue. Throws
 * SubjectAmbiguousError when manifests under several spellings differ, CorruptDocumentError and ObjectStoreError.
 */
export async function readActorFile(
  store: ObjectStore,
  catalogue: CatalogueEntries,
  id: string,
  newSpelling?: string,
): Promise<ManifestFile> {
  const keys = listActorManifestKeys(id);
  const found = await pRetry(() => readEqualFiles(store, keys), {
    retries: DIFFERING_READS - 1,
    minTimeout: 20,
    factor: 2,
    shouldRetry: ({ error }) => error instanceof SubjectAmbiguousError,
  });
  const own = keys.length === 1 || found.length === 1 ? undefined : await findOwnSpelling(catalogue, id);
  const ownKey = own === undefined ? undefined : `${PREFIX}${own}${SUFFIX}`;
  const [first] = found;
  const chosen = found.find(({ key }) => key === ownKey) ?? first;
  const newKey = newSpelling === undefined ? ownKey : `${PREFIX}${newSpelling}${SUFFIX}`;
  if (!chosen) return { key: newKey ?? keys[0] ?? '', json: undefined, copies: [] };
  const copies = found.filter((each) => each !== chosen).map(({ key }) => key);
  return { key: chosen.key, json: chosen.json, copies };
}

interface FoundFile extends Document {
  readonly key: string;
}

/** Reads the existing files. Throws SubjectAmbiguousError when their JSON differs. */
async function readEqualFiles(store: ObjectStore, keys: readonly string[]): Promise<readonly FoundFile[]> {
  const read = await Promise.all(
    keys.map(async (key) => {
      const document = await readDocument(store, key);
      return document ? [{ key, ...document }] : [];
    }),
  );
  const files = read.flat();
  assertEqualFiles(files);
  return files;
}

/** Throws SubjectAmbiguousError unless the JSON of all files is equal. */
export function assertEqualFiles(files: readonly { readonly key: string; readonly json: unknown }[]): void {
  const [first] = files;
  const other = files.find(({ json }) => !isDeepStrictEqual(json, first?.json));
  if (!first || !other) return;
  const keys = files.map(({ key }) => key).join(' and ');
  const id = parseActorManifestKey(first.key)?.id;
  const fault = `${keys} are manifests of one actor, ${id}, and differ; keep one of them`;
  throw new SubjectAmbiguousError({ key: first.key, fault });
}

/** The spelling of the catalogue; undefined when the catalogue has no such actor, or its entry cannot be used. */
async function findOwnSpelling(catalogue: CatalogueEntries, id: string): Promise<string | undefined> {
  try {
    const actor = await catalogue.findActor(id);
    return actor?.catalogueId ?? actor?.id;
  } catch (error) {
    const isUnusable =
      error instanceof SubjectAmbiguousError ||
      error instanceof CatalogueEntryUnreadableError ||
      error instanceof CorruptDocumentError;
    if (isUnusable) return undefined;
    throw error;
  }
}

/**
 * Writes the current manifest over its copies. `known` holds the contents that this writer has read or written: a copy with
 * a different content was changed by a different tool and is left alone. The loop ends when copy and manifest are equal, so
 * that the last of concurrent writers updates the copy; the manifest of another writer that this one copied is known too.
 */
export async function updateCopies(
  store: ObjectStore,
  { key, copies }: ManifestFile,
  known: readonly unknown[],
): Promise<void> {
  const written = [...known];
  for (const copy of copies) {
    for (let isEqual = false; !isEqual; ) {
      const json = (await readDocument(store, key))?.json;
      isEqual = await updateDocument(store, copy, (current) => {
        if (isDeepStrictEqual(current, json)) return { result: true };
        const isKnown = written.some((each) => isDeepStrictEqual(each, current));
        return isKnown ? { result: false, json } : { result: true };
      });
      written.push(json);
    }
  }
}
