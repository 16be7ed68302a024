import type { Deps } from '../deps.ts';
import type { Style } from '../ports/storage/catalogue.ts';
import { type CataloguePage, type PageRequest, paginate } from './page.ts';
import { type StyleFilters, searchStyles } from './search.ts';
import { getSortedList, type SortKey, sortEntries } from './sorted-list.ts';

/** Filters, sort order and page of a list of styles. */
export interface StyleQuery extends StyleFilters, PageRequest {
  /** Order of the catalogue by default. */
  readonly sort?: StyleSort;
  readonly descending?: boolean;
}

/** The supported sort keys of a list of styles; `catalogue` keeps the order of the document. */
export const STYLE_SORTS = ['catalogue', 'id', 'name'] as const;
type StyleSort = (typeof STYLE_SORTS)[number];

const SORT_KEYS: { readonly [S in Exclude<StyleSort, 'catalogue'>]: SortKey<Style> } = {
  id: ({ id }) => id,
  name: ({ name }) => name,
};

/** Lists a page of the styles. Throws InvalidCursorError, CorruptDocumentError. */
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
