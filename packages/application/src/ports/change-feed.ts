import type { Subject } from '@trainyard/domain';
import type { EventRecord } from './training-store/index.ts';

/** A change that is published outside a write to the state store: of a subject's documents, or of the tunnel. */
export type PublishedChange =
  | { readonly kind: 'subject'; readonly subject: Subject }
  | { readonly kind: 'tunnel' };

/** A change of a training, a batch, dispatch control, budgets, schedule, a subject or the tunnel. Positions sort by time. */
export type FeedEntry =
  | {
      readonly kind: 'training';
      readonly position: string;
      readonly trainingId: string;
      readonly event: EventRecord;
    }
  | { readonly kind: 'batch'; readonly position: string; readonly batchId: string }
  | { readonly kind: 'dispatch' | 'budgets' | 'schedule'; readonly position: string }
  | (PublishedChange & { readonly position: string });

/** All changes in their order; at least the last 10 000 are kept. Every method throws StoreUnavailableError. */
export interface ChangeFeed {
  /** The position of the newest change. */
  getLatestPosition(): Promise<string>;
  /** Whether every change after this position is still kept. */
  canResumeFrom(position: string): Promise<boolean>;
  /** The changes after a position, oldest first. */
  listAfter(position: string, limit: number): Promise<readonly FeedEntry[]>;
  /** Calls `onEntries` with every change after a position until it is closed; it reconnects to an unavailable Redis. */
  follow(
    position: string,
    onEntries: (entries: readonly FeedEntry[]) => void,
  ): { readonly close: () => Promise<void> };
  /** Appends a change, which every process then reads. */
  publish(change: PublishedChange): Promise<void>;
}

/** Whether an event only reports the progress of a run. */
export function isProgress({ type, from, to }: EventRecord): boolean {
  return type === 'run_observed' && from === to;
}
