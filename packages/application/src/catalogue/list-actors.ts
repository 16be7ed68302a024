import { type Candidate, type CandidateDeps, listCandidates } from '../auto-train/candidates.ts';
import type { Deps } from '../deps.ts';
import type { Actor } from '../ports/storage/catalogue.ts';
import { type CataloguePage, type PageRequest, paginate, paginateFiltered } from './page.ts';
import { type ActorFilters, getDataState, searchActors } from './search.ts';
import { getSortedList, type SortKey, sortEntries } from './sorted-list.ts';

/** Filters, sort order and page of a list of actors. Absent filters match every actor. */
export interface ActorQuery extends ActorFilters, PageRequest {
  /** Order of the catalogue by default. */
  readonly sort?: ActorSort;
  readonly descending?: boolean;
  /** Whether the actor has an unfinished training. */
  readonly live?: boolean;
  /** Whether auto-train would train the actor. */
  readonly eligible?: boolean;
}

/** The supported sort keys of a list of actors; `catalogue` keeps the order of the document. */
export const ACTOR_SORTS = ['catalogue', 'id', 'name', 'images', 'age'] as const;
type ActorSort = (typeof ACTOR_SORTS)[number];

const SORT_KEYS: { readonly [S in Exclude<ActorSort, 'catalogue'>]: SortKey<Actor> } = {
  id: ({ id }) => id,
  name: ({ name }) => name,
  images: ({ trainingData }) => trainingData.count,
  age: ({ age }) => age ?? Number.POSITIVE_INFINITY,
};

type ListDeps = CandidateDeps & Pick<Deps, 'catalogue' | 'store'>;

/** A page of actors, and the values that the filters `sex` and `ethnicity` can have. */
export interface ActorPage extends CataloguePage<Actor> {
  readonly facets: { readonly sex: readonly string[]; readonly ethnicity: readonly string[] };
}

/**
 * Lists a page of the actors. Filters on catalogue fields are evaluated once per ETag of the catalogue;
 * `live` and `eligible` read trainings, manifests and images only of as many actors as the page needs. Throws
 * InvalidCursorError, CorruptDocumentError.
 */
export async function listActors(deps: ListDeps, query: ActorQuery = {}): Promise<ActorPage> {
  const actors = await deps.catalogue.listActors();
  const { row: list, order } = getSortedActors(actors, query);
  const filter = createActorFilter(deps, query);
  const page = filter
    ? await paginateFiltered(list, order, { ...query, filter })
    : paginate(list, order, query);
  return { ...page, facets: getFacets(actors) };
}

function getSortedActors(actors: readonly Actor[], query: ActorQuery) {
  const {
    sort = 'catalogue',
    descending = false,
    live: _,
    eligible: __,
    limit: ___,
    cursor: ____,
    ...filters
  } = query;
  const order = `actors ${sort} ${descending ? 'down' : 'up'}`;
  const all = getSortedList(actors, order, () =>
    sortEntries(actors, sort === 'catalogue' ? undefined : SORT_KEYS[sort], descending),
  );
  const wanted = JSON.stringify(filters);
  const list =
    wanted === '{}'
      ? all
      : getSortedList(actors, `${order} ${wanted}`, () => searchActors(all.items, filters));
  return { row: list, order };
}

/** Builds the filter that needs more than the catalogue; undefined if the query has no such filter. */
function createActorFilter(deps: ListDeps, { live, eligible }: ActorQuery) {
  if (live === undefined && eligible === undefined) return undefined;
  return async (some: readonly Actor[]): Promise<readonly Actor[]> => {
    const liveTrainingIds = live === undefined ? new Map() : await findLiveTrainings(deps, some);
    const matching = live === undefined ? some : some.filter(({ id }) => liveTrainingIds.has(id) === live);
    if (eligible === undefined) return matching;
    const evaluated = await evaluateActors(deps, matching, eligible);
    return matching.filter(({ id }) => (evaluated.get(id)?.eligible ?? false) === eligible);
  };
}

/** Evaluates only actors that the catalogue alone does not rule out. */
async function evaluateActors(
  deps: ListDeps,
  actors: readonly Actor[],
  eligible: boolean,
): Promise<ReadonlyMap<string, Candidate>> {
  const possible = actors.filter(
    (actor) => actor.trainingDataGood && !actor.customModelsGood && getDataState(actor) === 'synced',
  );
  if (possible.length === 0 && !eligible) return new Map();
  const evaluated = await listCandidates(deps, { actorIds: possible.map(({ id }) => id) });
  return new Map(evaluated.map((candidate) => [candidate.actor.id, candidate]));
}

/** Finds the first unfinished training of each actor, by actor id; other actors are absent. */
export async function findLiveTrainings(
  { store }: Pick<Deps, 'store'>,
  actors: readonly Actor[],
): Promise<ReadonlyMap<string, string>> {
  const found = await Promise.all(actors.map(({ id }) => store.listUnfinished({ kind: 'actor', id })));
  return new Map(
    actors.flatMap(({ id }, index) => {
      const [training] = found[index] ?? [];
      return training === undefined ? [] : [[id, training] as const];
    }),
  );
}

const facetCache = new WeakMap<readonly Actor[], ActorPage['facets']>();
function toDistinctSorted(words: readonly (string | undefined)[]): readonly string[] {
  return [...new Set(words.filter((word) => word !== undefined))].sort();
}

function getFacets(actors: readonly Actor[]): ActorPage['facets'] {
  const facets = facetCache.get(actors) ?? {
    sex: toDistinctSorted(actors.map(({ sex }) => sex)),
    ethnicity: toDistinctSorted(actors.map(({ ethnicity }) => ethnicity)),
  };
  facetCache.set(actors, facets);
  return facets;
}
