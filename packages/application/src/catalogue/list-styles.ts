import type { Deps } from '../deps.ts';
import type { Style } from '../ports/storage/catalogue.ts';
import { type CataloguePage, type PageRequest, paginate } from './page.ts';
import { type StyleFilters, searchStyles } from './search.ts';
import { getSortedList, type SortKey, sortEntries } from './sorted-list.ts';

/** Which styles are wanted (SPEC §5.2). */
export interface StyleQuery extends StyleFilters, PageRequest {
  /** The catalogue's own order unless told. */
  readonly sort?: StyleSort;
  readonly descending?: boolean;
}

export const STYLE_SORTS = ['catalogue', 'id', 'name'] as const;
type StyleSort = (typeof STYLE_SORTS)[number];

const SORT_KEYS: { readonly [S in Exclude<StyleSort, 'catalogue'>]: SortKey<Style> } = {
  id: ({ id }) => id,
  name: ({ name }) => name,
};

/** A page of the styles, like that of actors. Throws InvalidCursorError, CorruptDocumentError. */
export async function listStyles(
  { catalogue }: Pick<Deps, 'catalogue'>,
  query: StyleQuery = {},
): Promise<CataloguePage<Style>> {
  const styles = await catalogue.listStyles();
  const { sort = 'catalogue', descending = false, limit: _, cursor: __, ...filters } = query;
  const order = `styles ${sort} ${descending ? 'down' : 'up'}`;
  const all = getSortedList(styles, order, () =>
    sortEntries(styles, sort === 'catalogue' ? undefined : SORT_KEYS[sort], descending),
  );
  const list = getSortedList(styles, `${order} ${JSON.stringify(filters)}`, () =>
    searchStyles(all.items, filters),
  );
  return paginate(list, order, query);
}
