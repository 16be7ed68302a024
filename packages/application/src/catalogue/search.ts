import type { Actor, Style } from '../ports/storage/catalogue.ts';
/** State of an actor's images: `none`, `not_synced` (some are missing in the object store) or `synced`. */
export const DATA_STATES = ['none', 'not_synced', 'synced'] as const;
/** State of an actor's images in the catalogue. */
export type DataState = (typeof DATA_STATES)[number];

/** Filters on catalogue fields of an actor. Absent filters match every actor. */
export interface ActorFilters {
  /** Search terms that must all occur in id, name or description; case-insensitive. */
  readonly q?: string;
  readonly sex?: readonly string[];
  readonly ethnicity?: readonly string[];
  readonly data?: DataState;
  /** Whether the training data are marked as good. */
  readonly reviewed?: boolean;
  readonly hasGoodModel?: boolean;
  readonly minAge?: number;
  readonly maxAge?: number;
}

/** Filters on catalogue fields of a style. Absent filters match every style. */
export interface StyleFilters {
  readonly q?: string;
  readonly hasGoodModel?: boolean;
}

/** Returns the matching actors in the order of the list. */
export function searchActors(actors: readonly Actor[], wanted: ActorFilters): readonly Actor[] {
  return searchText(actors, wanted.q).filter(createActorPredicate(wanted));
}

/** Returns the state of an actor's images according to the catalogue. */
export function getDataState({ trainingData }: Actor): DataState {
  if (trainingData.count === 0) return 'none';
  return trainingData.synced ? 'synced' : 'not_synced';
}

function matchesAny(words: readonly string[]): (word: string | undefined) => boolean {
  const wanted = new Set(words.map((word) => word.toLowerCase()));
  return (word) => word !== undefined && wanted.has(word.toLowerCase());
}

type Predicate<T> = (entry: T) => boolean;
function combinePredicates<T>(predicates: readonly (Predicate<T> | undefined | false)[]): Predicate<T> {
  return (entry) => predicates.every((predicate) => !predicate || predicate(entry));
}

/** Combines all filters but `q`. */
function createActorPredicate(wanted: ActorFilters): Predicate<Actor> {
  const { minAge = Number.NEGATIVE_INFINITY, maxAge = Number.POSITIVE_INFINITY } = wanted;
  const byAge = wanted.minAge !== undefined || wanted.maxAge !== undefined;
  const [isSex, isEthnicity] = [wanted.sex, wanted.ethnicity].map((words) => words && matchesAny(words));
  return combinePredicates<Actor>([
    isSex && (({ sex }) => isSex(sex)),
    isEthnicity && (({ ethnicity }) => isEthnicity(ethnicity)),
    wanted.data !== undefined && ((actor) => getDataState(actor) === wanted.data),
    wanted.reviewed !== undefined && (({ trainingDataGood }) => trainingDataGood === wanted.reviewed),
    wanted.hasGoodModel !== undefined && (({ customModelsGood }) => customModelsGood === wanted.hasGoodModel),
    byAge && (({ age }) => age !== undefined && age >= minAge && age <= maxAge),
  ]);
}

function searchText<T extends Actor | Style>(list: readonly T[], q: string | undefined): readonly T[] {
  return q === undefined ? list : searchFullText(list, q);
}

/** Returns the matching styles in the order of the list. */
export function searchStyles(styles: readonly Style[], { q, hasGoodModel }: StyleFilters): readonly Style[] {
  return searchText(styles, q).filter(
    (style) => hasGoodModel === undefined || style.customModelsGood === hasGoodModel,
  );
}

interface SearchableEntry {
  readonly id: string;
  readonly name: string;
  readonly description?: string;
}

/**
 * The texts of a list joined into a string, with the offset of each entry, so that a single `indexOf` finds
 * the next matching entry.
 */
interface TextIndex {
  readonly text: string;
  readonly offsets: readonly number[];
}

const indexCache = new WeakMap<readonly SearchableEntry[], TextIndex>();
/**
 * Returns the entries in which id, name or description contain every search term; case-insensitive. The index
 * of a list is built once.
 */
export function searchFullText<T extends SearchableEntry>(list: readonly T[], words: string): readonly T[] {
  const textIndex = getTextIndex(list);
  const wanted = words.toLowerCase().split(/\s+/u).filter(Boolean);
  const matches = wanted.map((word) => findMatches(textIndex, word)).sort((a, b) => a.length - b.length);
  const [fewest = [], ...others] = matches;
  const rest = others.map((indexes) => new Set(indexes));
  return fewest
    .filter((index) => rest.every((indexes) => indexes.has(index)))
    .flatMap((index) => list[index] ?? []);
}

function getTextIndex(list: readonly SearchableEntry[]): TextIndex {
  const text = indexCache.get(list) ?? buildTextIndex(list);
  indexCache.set(list, text);
  return text;
}

/** Fields are separated by blanks and entries by newlines, so that no term matches across them. */
function buildTextIndex(list: readonly SearchableEntry[]): TextIndex {
  const lines = list.map(({ id, name, description = '' }) =>
    `${id} ${name} ${description}`.toLowerCase().replaceAll('\n', ' '),
  );
  let end = 0;
  const offsets = lines.map((line) => {
    const start = end;
    end += line.length + 1;
    return start;
  });
  return { text: lines.join('\n'), offsets };
}

/** Indexes of the entries that contain the term, ascending. */
function findMatches({ text, offsets }: TextIndex, word: string): readonly number[] {
  const indexes: number[] = [];
  let index = 0;
  for (let at = text.indexOf(word); at >= 0; ) {
    while ((offsets[index + 1] ?? Number.POSITIVE_INFINITY) <= at) index += 1;
    indexes.push(index);
    const next = offsets[index + 1];
    at = next === undefined ? -1 : text.indexOf(word, next);
  }
  return indexes;
}
