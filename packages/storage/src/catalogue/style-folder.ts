import { type Catalogue, type ObjectStore, ObjectStoreError } from '@trainyard/application';

const ROOT = 'resources/style_images/';

/**
 * Finds the folder `resources/style_images/{styleId}_*` (SPEC §7, seed 001). Where there is none yet, it is named
 * after the style, so that all writers agree on it.
 */
export function createStyleFolders(
  store: ObjectStore,
  catalogue: Pick<Catalogue, 'listStyles'>,
): (styleId: string) => Promise<string> {
  const cache = new Map<string, string>();
  return async (styleId) => {
    const cached = cache.get(styleId);
    if (cached !== undefined) return cached;
    assertId(styleId);
    const styles = await catalogue.listStyles();
    const found = await findFolder(
      store,
      styleId,
      styles.map(({ id }) => id),
    );
    if (found !== undefined) cache.set(styleId, found);
    return found ?? `${ROOT}${styleId}_${toSlug(styles.find(({ id }) => id === styleId)?.name ?? 'style')}/`;
  };
}

/** An id becomes a part of keys: it must be one part. Throws {@link ObjectStoreError}. */
export function assertId(id: string): void {
  if (id !== '' && !/[/\\]/.test(id) && id !== '.' && id !== '..') return;
  throw new ObjectStoreError(JSON.stringify(id), 'this id cannot be part of a key', { retryable: false });
}

/** The first such folder by name, unless its name says that it belongs to another style: `16_b_x` to `16_b`. */
async function findFolder(
  store: ObjectStore,
  styleId: string,
  allIds: readonly string[],
): Promise<string | undefined> {
  const longer = allIds.filter((id) => id.startsWith(`${styleId}_`));
  for await (const { key } of store.list(`${ROOT}${styleId}_`)) {
    const end = key.indexOf('/', ROOT.length);
    const name = key.slice(ROOT.length, end);
    if (end > 0 && !longer.some((id) => name.startsWith(`${id}_`))) return key.slice(0, end + 1);
  }
  return undefined;
}

function toSlug(name: string): string {
  const words = name
    .toLowerCase()
    .normalize('NFKD')
    .match(/[a-z0-9]+/g) ?? ['style'];
  return words.join('_').slice(0, 60);
}
