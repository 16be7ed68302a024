import type { AcceptedRequest, ForgedWebhook, InjectionRecord, LimitChange } from './evidence.ts';

/** Requests, changes and faults that the chaos runner itself caused. */
export interface EventLog {
  readonly accepted: AcceptedRequest[];
  readonly limitChanges: LimitChange[];
  readonly forgedWebhooks: ForgedWebhook[];
  readonly injections: InjectionRecord[];
  readonly flushedAt: number[];
  readonly notBackedUpAtLoss: string[];
  /** Targets of pending simulator faults, as `phase trainingId`; no two faults share a target. */
  readonly targeted: Set<string>;
}

/** Creates an empty log with the concurrency limit that applies from the start. */
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
