import type { AcceptedRequest, BoundSet, Forgery, Strike } from './evidence.ts';

/** What the runner itself did and heard. */
export interface Diary {
  readonly accepted: AcceptedRequest[];
  readonly bounds: BoundSet[];
  readonly forgeries: Forgery[];
  readonly strikes: Strike[];
  readonly flushedAt: number[];
  readonly unkeptAtLoss: string[];
  /** Which part of which training a fault of the stand-in waits for. */
  readonly aimedAt: Set<string>;
}

export const openDiary = (firstBound: number): Diary => ({
  accepted: [],
  bounds: [{ bound: firstBound, askedAt: 0, answeredAt: 0 }],
  forgeries: [],
  strikes: [],
  flushedAt: [],
  unkeptAtLoss: [],
  aimedAt: new Set(),
});
