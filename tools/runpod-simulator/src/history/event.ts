/**
 * One thing that happened to a job, in order of `at` (real ms since 1970). `accepted` and `reopened` make a job live,
 * `ended` and `removed` end that; the rest is for reading.
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
  /** RunPod's status of the job after the event. */
  readonly status?: string;
  readonly detail?: string;
  /** The tag of a fault that was asked for with one. */
  readonly tag?: string;
}

/** One accepted job as its events tell it. */
export interface JobRecord {
  readonly job_id: string;
  readonly endpoint_id?: string;
  readonly training_id?: string;
  readonly attempt?: number;
  readonly accepted_at: number;
  readonly started_at?: number;
  readonly cancel_requested_at?: number;
  readonly ended_at?: number;
  /** RunPod's status, or `REMOVED` for what its ttl or a purge took away. */
  readonly end_status?: string;
}
