import type { EventRecord } from './training-store/index.ts';

/** A change as it was made: of one training, of a batch, or of the dispatch control. Positions sort by time. */
export type FeedEntry =
  | {
      readonly kind: 'training';
      readonly position: string;
      readonly trainingId: string;
      readonly event: EventRecord;
    }
  | { readonly kind: 'batch'; readonly position: string; readonly batchId: string }
  | { readonly kind: 'dispatch'; readonly position: string };

/** Everything that changes, in the order in which it did; at least the last 10 000 changes are kept (SPEC §5.4). */
export interface ChangeFeed {
  /** Where the feed ends now. */
  getLatestPosition(): Promise<string>;
  /** Whether everything after this position can still be told. */
  canResumeFrom(position: string): Promise<boolean>;
  /** What came after a position, oldest first. */
  listAfter(position: string, limit: number): Promise<readonly FeedEntry[]>;
  /** Tells of everything after a position as it comes, until closed; a Redis that is away is waited for. */
  follow(
    position: string,
    onEntries: (entries: readonly FeedEntry[]) => void,
  ): { readonly close: () => Promise<void> };
}

/** Whether an entry only tells that a run goes on. */
export function isProgress({ type, from, to }: EventRecord): boolean {
  return type === 'run_observed' && from === to;
}
