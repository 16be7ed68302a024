import { type Candidate, type CandidateDeps, candidates } from '../auto-train/candidates.ts';
import type { Deps } from '../deps.ts';
import type { Actor } from '../ports/catalogue.ts';
import { type CataloguePage, type PageWish, pageOfPassing, pageOfRow } from './page.ts';
import { type ActorFilters, dataStateOf, searchActors } from './search.ts';
import { rowNamed } from './sorted-cache.ts';
import { type Ordering, sorted } from './sorting.ts';

/** Which actors are wanted (SPEC §5.2, seed 003). */
export interface ActorQuery extends ActorFilters, PageWish {
  /** The catalogue's own order unless told. */
  readonly sort?: ActorSort;
  readonly descending?: boolean;
  /** Whether a training of the actor is under way. */
  readonly live?: boolean;
  /** Whether auto-train would take the actor. */
  readonly eligible?: boolean;
}

export const ACTOR_SORTS = ['catalogue', 'id', 'name', 'images', 'age'] as const;
type ActorSort = (typeof ACTOR_SORTS)[number];

const ORDERINGS: { readonly [S in Exclude<ActorSort, 'catalogue'>]: Ordering<Actor> } = {
  id: ({ id }) => id,
  name: ({ name }) => name,
  images: ({ trainingData }) => trainingData.count,
  age: ({ age }) => age ?? Number.POSITIVE_INFINITY,
};

type ListDeps = CandidateDeps & Pick<Deps, 'catalogue' | 'store'>;

/** A page of actors, and the words that its filters know. */
export interface ActorPage extends CataloguePage<Actor> {
  readonly facets: { readonly sex: readonly string[]; readonly ethnicity: readonly string[] };
}

const rowOf = (actors: readonly Actor[], query: ActorQuery) => {
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
  const all = rowNamed(actors, order, () =>
    sorted(actors, sort === 'catalogue' ? undefined : ORDERINGS[sort], descending),
  );
  const wanted = JSON.stringify(filters);
  const row =
    wanted === '{}' ? all : rowNamed(actors, `${order} ${wanted}`, () => searchActors(all.items, filters));
  return { row, order };
};

/** The test that is more than the catalogue knows; undefined where none was asked for. */
const passingOf = (deps: ListDeps, { live, eligible }: ActorQuery) => {
  if (live === undefined && eligible === undefined) return undefined;
  return async (some: readonly Actor[]): Promise<readonly Actor[]> => {
    const running = live === undefined ? new Map() : await liveTrainings(deps, some);
    const stepped = live === undefined ? some : some.filter(({ id }) => running.has(id) === live);
    if (eligible === undefined) return stepped;
    const verdicts = await verdictsOn(deps, stepped, eligible);
    return stepped.filter(({ id }) => (verdicts.get(id)?.eligible ?? false) === eligible);
  };
};

/** Whom the catalogue alone rules out needs no look at history and data. */
const verdictsOn = async (
  deps: ListDeps,
  actors: readonly Actor[],
  eligible: boolean,
): Promise<ReadonlyMap<string, Candidate>> => {
  const possible = actors.filter(
    (actor) => actor.trainingDataGood && !actor.customModelsGood && dataStateOf(actor) === 'synced',
  );
  if (possible.length === 0 && !eligible) return new Map();
  const verdicts = await candidates(deps, { actorIds: possible.map(({ id }) => id) });
  return new Map(verdicts.map((verdict) => [verdict.actor.id, verdict]));
};

/** The first training under way of each of these actors; those without one are not in it. */
export const liveTrainings = async (
  { store }: Pick<Deps, 'store'>,
  actors: readonly Actor[],
): Promise<ReadonlyMap<string, string>> => {
  const found = await Promise.all(actors.map(({ id }) => store.unfinishedOf({ kind: 'actor', id })));
  return new Map(
    actors.flatMap(({ id }, index) => {
      const [training] = found[index] ?? [];
      return training === undefined ? [] : [[id, training] as const];
    }),
  );
};

const known = new WeakMap<readonly Actor[], ActorPage['facets']>();
const wordsOf = (words: readonly (string | undefined)[]): readonly string[] =>
  [...new Set(words.filter((word) => word !== undefined))].sort();

const facetsOf = (actors: readonly Actor[]): ActorPage['facets'] => {
  const facets = known.get(actors) ?? {
    sex: wordsOf(actors.map(({ sex }) => sex)),
    ethnicity: wordsOf(actors.map(({ ethnicity }) => ethnicity)),
  };
  known.set(actors, facets);
  return facets;
};

/**
 * A page of the actors. What the catalogue alone answers is sorted and searched once per ETag; `live` and `eligible`
 * ask record, history and data of as many actors as the page needs. Throws InvalidCursorError, CorruptDocumentError.
 */
export const listActors = async (deps: ListDeps, query: ActorQuery = {}): Promise<ActorPage> => {
  const actors = await deps.catalogue.actors();
  const { row, order } = rowOf(actors, query);
  const passing = passingOf(deps, query);
  const page = passing
    ? await pageOfPassing(row, order, { ...query, passing })
    : pageOfRow(row, order, query);
  return { ...page, facets: facetsOf(actors) };
};
