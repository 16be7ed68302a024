import type { ObjectStore } from '@trainyard/application';

/** Key prefix of the bytes of imported documents; the rest of a key is the path in the imported folder. */
const PREFIX = 'data/imported/';

/** Keeps the bytes of an imported document; equal bytes are not written again. Throws ObjectStoreError. */
export async function keepOriginal(store: ObjectStore, path: string, bytes: Uint8Array): Promise<void> {
  const key = `${PREFIX}${path}`;
  const stored = await store.get(key);
  if (stored && Buffer.compare(stored.body, bytes) === 0) return;
  await store.put(key, bytes, { contentType: 'application/json' });
}

/** The bytes of an imported document. */
export interface OriginalDocument {
  readonly path: string;
  readonly bytes: Uint8Array;
  readonly subject: OriginalSubject;
}

/** The document of the store that an imported document belongs to. */
type OriginalSubject =
  | { readonly list: 'actor' | 'style' }
  | { readonly manifestId: string }
  | { readonly styleFolder: string; readonly file: 'selection_sets.json' | 'training_versions.json' };

/** Lists the imported documents by path. Throws ObjectStoreError. */
export async function listOriginals(store: ObjectStore): Promise<readonly OriginalDocument[]> {
  const originals: OriginalDocument[] = [];
  for await (const { key } of store.list(PREFIX)) {
    const path = key.slice(PREFIX.length);
    const subject = parsePath(path);
    const found = subject && (await store.get(key));
    if (found) originals.push({ path, bytes: found.body, subject });
  }
  return originals;
}

const LIST = /^(?:data\/)?(actors|actorsData|styles)\.json$/;
const MANIFEST = /^(?:data\/)?actor_manifests\/([^/]+)_manifest\.json$/;
const STYLE_FILE = /^resources\/style_images\/([^/]+)\/(selection_sets|training_versions)\.json$/;

function parsePath(path: string): OriginalSubject | undefined {
  const list = LIST.exec(path)?.[1];
  if (list !== undefined) return { list: list === 'styles' ? 'style' : 'actor' };
  const manifestId = MANIFEST.exec(path)?.[1];
  if (manifestId !== undefined) return { manifestId };
  const [, styleFolder, file] = STYLE_FILE.exec(path) ?? [];
  if (styleFolder === undefined) return undefined;
  return { styleFolder, file: file === 'selection_sets' ? 'selection_sets.json' : 'training_versions.json' };
}
