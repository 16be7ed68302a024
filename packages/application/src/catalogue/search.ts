import type { Actor, Style } from '../ports/catalogue.ts';
import { search } from './full-text.ts';

/** What an actor's data are: there are none, they are not all in the object store, or they are. */
export const DATA_STATES = ['none', 'not_synced', 'synced'] as const;
export type DataState = (typeof DATA_STATES)[number];

/** What the catalogue alone can tell of an actor. Absent filters let everything pass. */
export interface ActorFilters {
  /** Words that all stand in id, name or description, in either case. */
  readonly q?: string;
  readonly sex?: readonly string[];
  readonly ethnicity?: readonly string[];
  readonly data?: DataState;
  /** Whether the data were marked as good. */
  readonly reviewed?: boolean;
  readonly hasGoodModel?: boolean;
  readonly minAge?: number;
  readonly maxAge?: number;
}

export interface StyleFilters {
  readonly q?: string;
  readonly hasGoodModel?: boolean;
}

export const dataStateOf = ({ trainingData }: Actor): DataState => {
  if (trainingData.count === 0) return 'none';
  return trainingData.synced ? 'synced' : 'not_synced';
};

const oneOf = (words: readonly string[]): ((word: string | undefined) => boolean) => {
  const wanted = new Set(words.map((word) => word.toLowerCase()));
  return (word) => word !== undefined && wanted.has(word.toLowerCase());
};

type Test<T> = (entry: T) => boolean;
const every =
  <T>(tests: readonly (Test<T> | undefined | false)[]): Test<T> =>
  (entry) =>
    tests.every((test) => !test || test(entry));

/** Whether an actor is wanted, but for the words. */
const actorTest = (wanted: ActorFilters): Test<Actor> => {
  const { minAge = Number.NEGATIVE_INFINITY, maxAge = Number.POSITIVE_INFINITY } = wanted;
  const byAge = wanted.minAge !== undefined || wanted.maxAge !== undefined;
  const [isSex, isEthnicity] = [wanted.sex, wanted.ethnicity].map((words) => words && oneOf(words));
  return every<Actor>([
    isSex && (({ sex }) => isSex(sex)),
    isEthnicity && (({ ethnicity }) => isEthnicity(ethnicity)),
    wanted.data !== undefined && ((actor) => dataStateOf(actor) === wanted.data),
    wanted.reviewed !== undefined && (({ trainingDataGood }) => trainingDataGood === wanted.reviewed),
    wanted.hasGoodModel !== undefined && (({ customModelsGood }) => customModelsGood === wanted.hasGoodModel),
    byAge && (({ age }) => age !== undefined && age >= minAge && age <= maxAge),
  ]);
};

const found = <T extends Actor | Style>(list: readonly T[], q: string | undefined): readonly T[] =>
  q === undefined ? list : search(list, q);

/** The actors that are wanted, in their order. */
export const searchActors = (actors: readonly Actor[], wanted: ActorFilters): readonly Actor[] =>
  found(actors, wanted.q).filter(actorTest(wanted));

/** The styles that are wanted, in their order. */
export const searchStyles = (styles: readonly Style[], { q, hasGoodModel }: StyleFilters): readonly Style[] =>
  found(styles, q).filter((style) => hasGoodModel === undefined || style.customModelsGood === hasGoodModel);
