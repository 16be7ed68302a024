import { readText } from '../../api/search-codec.ts';

/** Filter and plan of the auto-train page in the address. */
export interface AutoTrainSearch {
  readonly reason?: string | undefined;
}

/** Reads the search of the page; an invalid value falls back for its key alone. */
export function readAutoTrainSearch(search: Record<string, unknown>): AutoTrainSearch {
  return { reason: readText(search['reason']) };
}
