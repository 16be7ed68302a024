import type { RunOutcome, RunProgress } from '@trainyard/domain';

/** One submission of one attempt. `input` is passed to the container untouched. */
export interface Submission {
  readonly endpointId: string;
  readonly input: Readonly<Record<string, unknown>>;
  readonly webhookUrl?: string;
  readonly executionTimeoutMs: number;
  readonly ttlMs: number;
}

/** Which fault a refusal is: of this request, of our account (key, credit), or of the endpoint. */
export type RefusalScope = 'request' | 'account' | 'endpoint';

/**
 * What became of a submission (SPEC §2, I2). Only `refused` and `not_sent` are safe to treat as «no run exists»;
 * `unclear` may have been accepted and is never blindly resent.
 */
export type SubmitResult =
  | { readonly kind: 'accepted'; readonly runId: string }
  | {
      readonly kind: 'refused';
      readonly scope: RefusalScope;
      readonly httpStatus: number;
      readonly message: string;
    }
  | {
      readonly kind: 'not_sent';
      readonly reason: 'rate_limited' | 'unreachable';
      readonly message: string;
      readonly retryAfterMs?: number;
    }
  | { readonly kind: 'unclear'; readonly message: string };

/** What the provider says of a run just now. */
export type RunObservation =
  | {
      readonly kind: 'live';
      readonly phase: 'in_queue' | 'in_progress';
      readonly progress?: RunProgress;
      /** The provider's own word, for unknown ones too. */
      readonly providerStatus: string;
    }
  | { readonly kind: 'ended'; readonly outcome: RunOutcome }
  /** 404: too young, gone or never there; age and the object store tell which. */
  | { readonly kind: 'missing' }
  | { readonly kind: 'denied'; readonly scope: 'account' | 'endpoint'; readonly message: string }
  /** No usable answer; nothing is known. */
  | { readonly kind: 'unavailable'; readonly message: string; readonly retryAfterMs?: number };

/** What the provider says to a wish to cancel. Acknowledged is not cancelled (I7): the run is asked again. */
export type CancelResult =
  | { readonly kind: 'acknowledged' }
  | { readonly kind: 'missing' }
  | { readonly kind: 'denied'; readonly scope: 'account' | 'endpoint'; readonly message: string }
  | { readonly kind: 'unavailable'; readonly message: string; readonly retryAfterMs?: number };

/** Counts of an endpoint (`/health`). Worker kinds that were not reported are absent. */
export interface EndpointHealth {
  readonly jobs: {
    readonly inQueue: number;
    readonly inProgress: number;
    readonly completed: number;
    readonly failed: number;
    readonly retried: number;
  };
  readonly workers: Readonly<
    Partial<Record<'idle' | 'initializing' | 'ready' | 'running' | 'throttled' | 'unhealthy', number>>
  >;
}

export type HealthResult =
  | { readonly kind: 'health'; readonly health: EndpointHealth }
  | { readonly kind: 'denied'; readonly scope: 'account' | 'endpoint'; readonly message: string }
  | { readonly kind: 'unavailable'; readonly message: string; readonly retryAfterMs?: number };

/**
 * A place that runs trainings. Answers are values, never exceptions: each is a case that the caller must decide on.
 * The endpoint is named in every call, since a run lives on the endpoint it was sent to (SPEC §4).
 */
export interface Provider {
  /**
   * `mayGoOut` is asked at the last moment before anything is sent, however long connecting took; when it says no, the
   * answer is `not_sent`.
   */
  submit(submission: Submission, canSend?: () => boolean): Promise<SubmitResult>;
  observe(endpointId: string, runId: string): Promise<RunObservation>;
  cancel(endpointId: string, runId: string): Promise<CancelResult>;
  health(endpointId: string): Promise<HealthResult>;
}
