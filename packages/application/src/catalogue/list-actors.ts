import { type Candidate, type CandidateDeps, listCandidates } from '../auto-train/candidates.ts';
import type { Deps } from '../deps.ts';
import type { Actor } from '../ports/storage/catalogue.ts';
import {
  type ActorModels,
  findLiveTrainings,
  MODEL_STATES,
  type ModelState,
  readActorModels,
} from './actor-models.ts';
import { type CataloguePage, type PageRequest, paginate, paginateFiltered } from './page.ts';
import { type ActorFilters, getDataState, searchActors } from './search.ts';
import {
  createSortedList,
  getSortedList,
  type SortedList,
  type SortKey,
  sortEntries,
} from './sorted-list.ts';

/** Filters, sort order and page of a list of actors. Absent filters match every actor. */
export interface ActorQuery extends ActorFilters, PageRequest {
  /** Order of the catalogue by default. */
  readonly sort?: ActorSort;
  readonly descending?: boolean;
  /** The states of their models. */
  readonly model?: readonly ModelState[];
  /** Whether the actor has an unfinished training. */
  readonly live?: boolean;
  /** Whether auto-train would train the actor. */
  readonly eligible?: boolean;
  /** Without a limit a list of more than 1 000 actors is cut into pages of 200. */
  readonly paged?: boolean;
}

/** The supported sort keys of a list of actors; `catalogue` keeps the order of the document. */
export const ACTOR_SORTS = ['catalogue', 'id', 'name', 'images', 'age', 'last_trained', 'model'] as const;
type ActorSort = (typeof ACTOR_SORTS)[number];
/** Sort keys that need the manifests. */
type ModelSort = 'last_trained' | 'model';

const SORT_KEYS: { readonly [S in Exclude<ActorSort, 'catalogue' | ModelSort>]: SortKey<Actor> } = {
  id: ({ id }) => id,
  name: ({ name }) => name,
  images: ({ trainingData }) => trainingData.count,
  age: ({ age }) => age ?? Number.POSITIVE_INFINITY,
};

/** Actors that were never trained are the oldest. */
const MODEL_SORT_KEYS: { readonly [S in ModelSort]: SortKey<ActorModels> } = {
  last_trained: ({ lastTrainedAt }) => (lastTrainedAt === undefined ? 0 : Date.parse(lastTrainedAt)),
  model: ({ state }) => MODEL_STATES.indexOf(state),
};

type ListDeps = CandidateDeps & Pick<Deps, 'catalogue' | 'store'>;

/** A page of actors, and the values that the filters `sex` and `ethnicity` can have. */
export interface ActorPage extends CataloguePage<Actor> {
  /** Number of actors in the catalogue, whatever the filters. */
  readonly catalogueCount: number;
  readonly facets: { readonly sex: readonly string[]; readonly ethnicity: readonly string[] };
}

/**
 * Lists a page of the actors. Filters on catalogue fields are evaluated once per ETag of the catalogue;
 * `live` and `eligible` read trainings, manifests and images only of as many actors as the page needs; `model` and the orders
 * `last_trained` and `model` read the manifests of all of them. Throws
 * InvalidCursorError, CorruptDocumentError.
 */
export async function listActors(deps: ListDeps, query: ActorQuery = {}): Promise<ActorPage> {
  const actors = await deps.catalogue.listActors();
  const { row, order } = getSortedActors(actors, query);
  const list = await applyModels(deps, row, query);
  const filter = createActorFilter(deps, query);
  const limited = { ...query, limit: getLimit(query, list.items.length) };
  const page = filter
    ? await paginateFiltered(list, order, { ...limited, filter })
    : paginate(list, order, limited);
  return { ...page, catalogueCount: actors.length, facets: getFacets(actors) };
}

/** Actors that a response without a limit holds at once, and on a page of a longer list. */
const MAX_AT_ONCE = 1_000;
const PAGE_LENGTH = 200;

function getLimit({ limit, paged = false }: ActorQuery, length: number): number {
  return limit ?? (paged && length > MAX_AT_ONCE ? PAGE_LENGTH : length);
}

/** Filters and sorts by the models of the actors; without such a filter or order no manifest is read. */
async function applyModels(
  deps: ListDeps,
  list: SortedList<Actor>,
  { model, sort, descending = false }: ActorQuery,
): Promise<SortedList<Actor>> {
  const sortKey = sort === 'last_trained' || sort === 'model' ? MODEL_SORT_KEYS[sort] : undefined;
  if (!model && !sortKey) return list;
  const models = await readActorModels(deps, list.items);
  const known = list.items.flatMap((actor) => {
    const found = models.get(actor.id);
    return found && (model?.includes(found.state) ?? true) ? [{ id: actor.id, actor, models: found }] : [];
  });
  const sorted = sortKey ? sortEntries(known, ({ models: each }) => sortKey(each), descending) : known;
  return createSortedList(sorted.map(({ actor }) => actor));
}

function getSortedActors(actors: readonly Actor[], query: ActorQuery) {
  const {
    sort = 'catalogue',
    descending = false,
    live: _,
    eligible: __,
    limit: ___,
    cursor: ____,
    model: _____,
    paged: ______,
    ...filters
  } = query;
  const order = `actors ${sort} ${descending ? 'down' : 'up'}`;
  const sortKey = sort in SORT_KEYS ? SORT_KEYS[sort as keyof typeof SORT_KEYS] : undefined;
  const all = getSortedList(actors, order, () => sortEntries(actors, sortKey, descending));
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
