import { readInteger, readText, readWord } from '../../api/search-codec.ts';

/** Filters, order and view of the list of actors in the address. */
export interface ActorsSearch {
  readonly q?: string | undefined;
  readonly sex?: string | undefined;
  readonly ethnicity?: string | undefined;
  readonly min_age?: number | undefined;
  readonly max_age?: number | undefined;
  readonly data?: 'none' | 'not_synced' | 'synced' | undefined;
  readonly reviewed?: 'true' | 'false' | undefined;
  readonly model?: string | undefined;
  readonly sort?: string | undefined;
  readonly order?: 'asc' | 'desc' | undefined;
  readonly view?: 'table' | undefined;
}

/** Reads the search of the page; an invalid value falls back for its key alone. */
export function readActorsSearch(search: Record<string, unknown>): ActorsSearch {
  return {
    q: readText(search['q']),
    sex: readText(search['sex']),
    ethnicity: readText(search['ethnicity']),
    min_age: readInteger(search['min_age'], 0, 200),
    max_age: readInteger(search['max_age'], 0, 200),
    data: readWord(search['data'], ['none', 'not_synced', 'synced']),
    reviewed: readWord(search['reviewed'], ['true', 'false']),
    model: readText(search['model']),
    sort: readText(search['sort']),
    order: readWord(search['order'], ['asc', 'desc']),
    view: readWord(search['view'], ['table']),
  };
}
