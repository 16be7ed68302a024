import { type Catalogue, type ObjectStore, ObjectStoreError } from '@trainyard/application';

const ROOT = 'resources/style_images/';

/**
 * Returns a function that finds the folder `resources/style_images/{styleId}_*` of a style
 * (docs/compatibility.md) and caches it. If it is missing, the name is derived from the style's name, so that
 * all writers use the same folder.
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

/** Throws a non-retryable {@link ObjectStoreError} unless the id is a single segment of a key. */
export function assertId(id: string): void {
  if (id !== '' && !/[/\\]/.test(id) && id !== '.' && id !== '..') return;
  throw new ObjectStoreError(JSON.stringify(id), 'this id is not a valid part of a key', {
    retryable: false,
  });
}

/**
 * Returns the first matching folder by name that does not belong to a style with a longer id: `16_b_x`
 * belongs to `16_b`, not to `16`.
 */
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
