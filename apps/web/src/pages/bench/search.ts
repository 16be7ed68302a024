import { readText, readWord } from '../../api/search-codec.ts';

/**
 * Tab, compared versions, open picture, and the run whose values fill the form: `from` names a version, `retry` the failed
 * training that a start repeats.
 */
export interface BenchSearch {
  readonly tab?: 'versions' | 'images' | undefined;
  readonly compare?: string | undefined;
  readonly sample?: string | undefined;
  readonly from?: string | undefined;
  readonly retry?: string | undefined;
  readonly review?: string | undefined;
  /** Code of the finding whose images are shown. */
  readonly finding?: string | undefined;
}

/** Reads the search of the page; an invalid value falls back for its key alone. */
export function readBenchSearch(search: Record<string, unknown>): BenchSearch {
  return {
    tab: readWord(search['tab'], ['versions', 'images']),
    compare: readText(search['compare']),
    sample: readText(search['sample']),
    from: readText(search['from']),
    retry: readText(search['retry']),
    review: readText(search['review']),
    finding: readText(search['finding']),
  };
}
