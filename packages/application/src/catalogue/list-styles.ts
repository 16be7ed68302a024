import type { Deps } from '../deps.ts';
import type { Style } from '../ports/catalogue.ts';
import { type CataloguePage, type PageWish, pageOfRow } from './page.ts';
import { type StyleFilters, searchStyles } from './search.ts';
import { rowNamed } from './sorted-cache.ts';
import { type Ordering, sorted } from './sorting.ts';

/** Which styles are wanted (SPEC §5.2). */
export interface StyleQuery extends StyleFilters, PageWish {
  /** The catalogue's own order unless told. */
  readonly sort?: StyleSort;
  readonly descending?: boolean;
}

export const STYLE_SORTS = ['catalogue', 'id', 'name'] as const;
type StyleSort = (typeof STYLE_SORTS)[number];

const ORDERINGS: { readonly [S in Exclude<StyleSort, 'catalogue'>]: Ordering<Style> } = {
  id: ({ id }) => id,
  name: ({ name }) => name,
};

/** A page of the styles, like that of actors. Throws InvalidCursorError, CorruptDocumentError. */
export const listStyles = async (
  { catalogue }: Pick<Deps, 'catalogue'>,
  query: StyleQuery = {},
): Promise<CataloguePage<Style>> => {
  const styles = await catalogue.styles();
  const { sort = 'catalogue', descending = false, limit: _, cursor: __, ...filters } = query;
  const order = `styles ${sort} ${descending ? 'down' : 'up'}`;
  const all = rowNamed(styles, order, () =>
    sorted(styles, sort === 'catalogue' ? undefined : ORDERINGS[sort], descending),
  );
  const row = rowNamed(styles, `${order} ${JSON.stringify(filters)}`, () => searchStyles(all.items, filters));
  return pageOfRow(row, order, query);
};
