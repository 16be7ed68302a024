import type { AcceptedRequest, ForgedWebhook, InjectionRecord, LimitChange } from './evidence.ts';

/** What the runner itself did and heard. */
export interface EventLog {
  readonly accepted: AcceptedRequest[];
  readonly limitChanges: LimitChange[];
  readonly forgedWebhooks: ForgedWebhook[];
  readonly injections: InjectionRecord[];
  readonly flushedAt: number[];
  readonly notBackedUpAtLoss: string[];
  /** Which part of which training a fault of the stand-in waits for. */
  readonly targeted: Set<string>;
}

export function createEventLog(initialLimit: number): EventLog {
  return {
    accepted: [],
    limitChanges: [{ limit: initialLimit, requestedAt: 0, answeredAt: 0 }],
    forgedWebhooks: [],
    injections: [],
    flushedAt: [],
    notBackedUpAtLoss: [],
    targeted: new Set(),
  };
}
