import { ACTOR_SORTS, type ActorListQuery } from '../../../api/resources/actors.ts';
import { readInteger, readText, readWord } from '../../../api/search-codec.ts';

/** Filters, order and view of the list of actors in the address. */
export interface ActorsSearch extends ActorListQuery {
  readonly view?: 'table' | undefined;
}

/** Reads the search of the page; an invalid value falls back for its key alone. */
export function readActorsSearch(search: Record<string, unknown>): ActorsSearch {
  return {
    q: readText(search['q'])?.slice(0, 256),
    sex: readText(search['sex']),
    ethnicity: readText(search['ethnicity']),
    min_age: readInteger(search['min_age'], 0, 200),
    max_age: readInteger(search['max_age'], 0, 200),
    data: readWord(search['data'], ['none', 'not_synced', 'synced']),
    reviewed: readWord(search['reviewed'], ['true', 'false']),
    model: readWord(search['model'], ['none', 'training', 'awaiting_review', 'good', 'failed']),
    sort: readWord(search['sort'], ACTOR_SORTS),
    order: readWord(search['order'], ['asc', 'desc']),
    view: readWord(search['view'], ['table']),
  };
}

/** The order of the page without a chosen one. */
const DEFAULT_SORT = 'id';

/** The request for a search. Absent values are left out, so that equal lists share an entry of the cache. */
export function toListQuery({ view: _, sort = DEFAULT_SORT, ...filters }: ActorsSearch): ActorListQuery {
  const given = Object.entries({ ...filters, sort }).filter(([, value]) => value !== undefined);
  return Object.fromEntries(given) as ActorListQuery;
}
