import { readText, readWord } from '../../api/search-codec.ts';

/** Tab, open picture and range of the loss chart. */
export interface TrainingSearch {
  readonly tab?: 'parameters' | 'images' | 'events' | undefined;
  readonly sample?: string | undefined;
  readonly range?: string | undefined;
}

/** Reads the search of the page; an invalid value falls back for its key alone. */
export function readTrainingSearch(search: Record<string, unknown>): TrainingSearch {
  return {
    tab: readWord(search['tab'], ['parameters', 'images', 'events']),
    sample: readText(search['sample']),
    range: readText(search['range']),
  };
}
