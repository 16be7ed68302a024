import { readText, readWord } from '../../api/search-codec.ts';

/** Tab, compared versions, open picture and the version whose values fill the form. */
export interface BenchSearch {
  readonly tab?: 'versions' | 'images' | undefined;
  readonly compare?: string | undefined;
  readonly sample?: string | undefined;
  readonly from?: string | undefined;
  readonly review?: string | undefined;
}

/** Reads the search of the page; an invalid value falls back for its key alone. */
export function readBenchSearch(search: Record<string, unknown>): BenchSearch {
  return {
    tab: readWord(search['tab'], ['versions', 'images']),
    compare: readText(search['compare']),
    sample: readText(search['sample']),
    from: readText(search['from']),
    review: readText(search['review']),
  };
}
