/**
 * An event of a job. Events are ordered by `at`, in unscaled epoch ms. A job is live from `accepted` or `reopened` until
 * `ended` or `removed`; the other events do not change that.
 */
export interface HistoryEvent {
  readonly at: number;
  readonly event:
    | 'accepted'
    | 'started'
    | 'requeued'
    | 'cancel_requested'
    | 'ended'
    | 'reopened'
    | 'removed'
    | 'webhook'
    | 'fault';
  readonly job_id?: string;
  readonly endpoint_id?: string;
  readonly training_id?: string;
  readonly attempt?: number;
  /** Status of the job after the event, in the terms of RunPod. */
  readonly status?: string;
  readonly detail?: string;
  /** Tag of an injected fault. */
  readonly tag?: string;
}

/** An accepted job, derived from its events. */
export interface JobRecord {
  readonly job_id: string;
  readonly endpoint_id?: string;
  readonly training_id?: string;
  readonly attempt?: number;
  readonly accepted_at: number;
  readonly started_at?: number;
  readonly cancel_requested_at?: number;
  readonly ended_at?: number;
  /** Final status of RunPod, or `REMOVED` for a job that its ttl or a purge deleted. */
  readonly end_status?: string;
}
