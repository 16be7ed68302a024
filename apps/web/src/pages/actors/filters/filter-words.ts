import { DATA_WORDS, MODEL_WORDS } from '../../../parts/actors/actor-words.ts';
import { formatCount } from '../../../parts/words/format.ts';
import type { ActorsSearch } from './search.ts';

/** The label of a filter, and the search parameters that it clears. */
export interface ActiveFilter {
  /** `data: synced`, as on its button. */
  readonly text: string;
  /** `data synced`, as in the sentence of the page. */
  readonly clause: string;
  readonly cleared: Partial<Record<keyof ActorsSearch, undefined>>;
}

/** The labels of the filters of a search, in the order of their fields. */
export function listActiveFilters(search: ActorsSearch): readonly ActiveFilter[] {
  const { q, sex, ethnicity, data, reviewed, model } = search;
  const words: readonly (ActiveFilter | undefined)[] = [
    q === undefined ? undefined : { text: `search: ${q}`, clause: `“${q}”`, cleared: { q: undefined } },
    sex === undefined ? undefined : { text: `sex: ${sex}`, clause: sex, cleared: { sex: undefined } },
    ethnicity === undefined
      ? undefined
      : { text: `ethnicity: ${ethnicity}`, clause: ethnicity, cleared: { ethnicity: undefined } },
    describeAge(search),
    data && {
      text: `data: ${DATA_WORDS[data]}`,
      clause: data === 'none' ? DATA_WORDS.none : `data ${DATA_WORDS[data]}`,
      cleared: { data: undefined },
    },
    reviewed && describeReviewed(reviewed),
    model && {
      text: `model: ${MODEL_WORDS[model]}`,
      clause: MODEL_WORDS[model],
      cleared: { model: undefined },
    },
  ];
  return words.filter((each) => each !== undefined);
}

function describeAge({ min_age: min, max_age: max }: ActorsSearch): ActiveFilter | undefined {
  if (min === undefined && max === undefined) return undefined;
  const range = min === undefined ? `up to ${max}` : max === undefined ? `from ${min}` : `${min} to ${max}`;
  return {
    text: `age: ${range}`,
    clause: `age ${range}`,
    cleared: { min_age: undefined, max_age: undefined },
  };
}

function describeReviewed(reviewed: 'true' | 'false'): ActiveFilter {
  const word = reviewed === 'true' ? 'reviewed' : 'not reviewed';
  return { text: `review: ${word}`, clause: word, cleared: { reviewed: undefined } };
}

/** The search without its filters; order and view stay. */
export const NO_FILTERS = {
  q: undefined,
  sex: undefined,
  ethnicity: undefined,
  min_age: undefined,
  max_age: undefined,
  data: undefined,
  reviewed: undefined,
  model: undefined,
} as const satisfies Partial<Record<keyof ActorsSearch, undefined>>;

/** The sentence of the page: `41 of 289 actors: data synced, no model`. */
export function formatSentence(total: number, all: number, filters: readonly ActiveFilter[]): string {
  const actors = all === 1 ? 'actor' : 'actors';
  if (filters.length === 0) return `${formatCount(all)} ${actors}`;
  return `${formatCount(total)} of ${formatCount(all)} ${actors}: ${filters.map(({ clause }) => clause).join(', ')}`;
}
