import type { RunOutcome, RunProgress } from '@trainyard/domain';

/** The submission of an attempt. `input` is passed to the container untouched. */
export interface Submission {
  readonly endpointId: string;
  readonly input: Readonly<Record<string, unknown>>;
  readonly webhookUrl?: string;
  readonly executionTimeoutMs: number;
  readonly ttlMs: number;
}

/**
 * The scope of a refusal: this request, the account (API key, credit, settings of the connection), or the endpoint.
 */
export type RefusalScope = 'request' | 'account' | 'endpoint';

/**
 * The result of a submission. Only `refused` and `not_sent` prove that no run exists (I2). An `unclear` submission may
 * have been accepted and is not sent again without evidence (docs/concepts/unconfirmed-submissions.md).
 */
export type SubmitResult =
  | { readonly kind: 'accepted'; readonly runId: string }
  | {
      readonly kind: 'refused';
      readonly scope: RefusalScope;
      /** Absent when the request was refused before it was sent. */
      readonly httpStatus?: number;
      readonly message: string;
    }
  | {
      readonly kind: 'not_sent';
      readonly reason: 'rate_limited' | 'unreachable';
      readonly message: string;
      readonly retryAfterMs?: number;
    }
  | { readonly kind: 'unclear'; readonly message: string };

/**
 * The training and attempt that the run's `input` names, where the provider repeats the input. Fields that the input does
 * not name are absent.
 */
export interface RunInput {
  readonly trainingId?: string;
  readonly attempt?: number;
}

/** The current state of a run at the provider. */
export type RunObservation =
  | {
      readonly kind: 'live';
      readonly phase: 'in_queue' | 'in_progress';
      readonly progress?: RunProgress;
      /** The provider's own status, even if it is unknown. */
      readonly providerStatus: string;
      readonly input?: RunInput;
    }
  | { readonly kind: 'ended'; readonly outcome: RunOutcome; readonly input?: RunInput }
  /** 404, or 400 for a run id that the provider cannot have: the run is not visible yet, deleted or nonexistent; its age and the object store decide. */
  | { readonly kind: 'missing' }
  | { readonly kind: 'denied'; readonly scope: 'account' | 'endpoint'; readonly message: string }
  /** No usable answer; the state of the run is unknown. */
  | { readonly kind: 'unavailable'; readonly message: string; readonly retryAfterMs?: number };

/** Whether the provider gave no answer about the run: 401 and 403 are none, a missing endpoint is one. */
export function isUnanswered(observed: RunObservation): boolean {
  return observed.kind === 'unavailable' || (observed.kind === 'denied' && observed.scope === 'account');
}

/** The result of a cancel. `acknowledged` does not prove the end of the run (I7), which is polled further. */
export type CancelResult =
  | { readonly kind: 'acknowledged' }
  | { readonly kind: 'missing' }
  | { readonly kind: 'denied'; readonly scope: 'account' | 'endpoint'; readonly message: string }
  | { readonly kind: 'unavailable'; readonly message: string; readonly retryAfterMs?: number };

/** The counts of an endpoint (`/health`). Worker kinds that it did not report are absent. */
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

/** The result of a health request. */
export type HealthResult =
  | { readonly kind: 'health'; readonly health: EndpointHealth }
  | { readonly kind: 'denied'; readonly scope: 'account' | 'endpoint'; readonly message: string }
  | { readonly kind: 'unavailable'; readonly message: string; readonly retryAfterMs?: number };

/**
 * The provider of runs. Results are values, never exceptions: the caller handles each case. Every call names the
 * endpoint, because a run stays on the endpoint of its submission when the setting changes (docs/runpod.md).
 */
export interface Provider {
  /**
   * Submits a run. `canSend` is called on the open connection, just before the first byte; when it returns false, the
   * result is `not_sent`.
   */
  submit(submission: Submission, canSend?: () => boolean): Promise<SubmitResult>;
  /** Reads the state of a run. */
  observe(endpointId: string, runId: string): Promise<RunObservation>;
  /** Requests the cancellation of a run. */
  cancel(endpointId: string, runId: string): Promise<CancelResult>;
  /** Reads the counts of the endpoint. */
  health(endpointId: string): Promise<HealthResult>;
}
