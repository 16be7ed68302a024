/**
 * The condition that opens the gate: the endpoint answers `/health`, it has a worker, a probe run is executed, a probe
 * run ends with a verified model, the provider accepts a submission, a training is prepared, or the object store accepts
 * a write and a read.
 */
export type ReopenCondition =
  | 'health_answer'
  | 'worker'
  | 'probe_run'
  | 'verified_model'
  | 'submission_accepted'
  | 'training_prepared'
  | 'store_probe';

/** The closed gate: a circuit breaker over dispatch. */
export interface Gate {
  readonly reason: string;
  /** When it closed, epoch ms. */
  readonly since: number;
  readonly reopensWhen: ReopenCondition;
  /** The offered probe run, and the attempt that uses it; dispatch stays closed to all others until it has ended. */
  readonly probeRun?: { readonly since: number; readonly trainingId?: string; readonly attempt?: number };
  /** When the last probe run failed, epoch ms; the next probe run is offered later by a backoff. */
  readonly probeFailedAt?: number;
}

/** The switches of dispatch: concurrency limit, pause and gate; and the epoch of the state store. */
export interface DispatchControl {
  /** The highest number of active attempts; 0 where it is not set. */
  readonly maxConcurrency: number;
  /** Paused by an operator. */
  readonly paused: boolean;
  /** The operator's reason for the pause. */
  readonly reason?: string;
  /** Present while closed. */
  readonly gate?: Gate;
  /** Paid runs that failed in a row; absent when the last one ended with a verified model. */
  readonly failedRuns?: number;
  /** The epoch of the state store; absent in a new Redis, and in a Redis that was lost or fenced (docs/concepts/durability.md). */
  readonly epoch?: string;
  /** The high-water mark within the epoch; it only grows. Absent before the first backup. */
  readonly highWaterMark?: string;
}

/** A change of {@link DispatchControl}; absent fields stay as they are. */
export interface DispatchControlChange {
  /** A whole number of at least 1. */
  readonly maxConcurrency?: number;
  /** `false` also deletes the reason. */
  readonly paused?: boolean;
  readonly reason?: string;
  /** A gate closes dispatch unless it is closed already; null opens it. */
  readonly gate?: Gate | null;
  /**
   * Opening and probe run apply only to the gate that closed at this time, epoch ms: the condition of an earlier gate
   * does not open a gate that closed meanwhile.
   */
  readonly gateSince?: number;
  /** True ends all streaks: an operator opened the gate. */
  readonly endStreaks?: boolean;
  /** Sets the count of paid runs that failed in a row to the count of a backup, or to 0. */
  readonly failedRuns?: number;
  /** Offers a probe run at the closed gate, or records that the last probe run failed. Epoch ms. */
  readonly probeRun?: { readonly since: number } | { readonly failedAt: number };
}

/** Faults that need an operator; Trainyard does not act on them (docs/operations/monitoring.md). */
export type AlarmCode =
  | 'endpoint_runs_unknown'
  | 'live_attempt_without_active_job'
  | 'catalogue_entry_unreadable'
  | 'catalogue_ambiguous'
  | 'object_info_unreadable'
  | 'recover_required';

/** Consecutive bad readings of an alarm code. */
export interface Alarm {
  readonly code: AlarmCode;
  /** When the first bad reading was taken, epoch ms. */
  readonly since: number;
  /** How many bad readings there were in a row. */
  readonly readings: number;
  /** The detail of the last reading. */
  readonly detail: Readonly<Record<string, unknown>>;
}

/** Dispatch control and alarms, shared by all processes. Every method throws StoreUnavailableError. */
export interface ControlStore {
  getControl(): Promise<DispatchControl>;
  /**
   * Reads the control with the guarantee that it survives the loss of the master of a replicated state store. Throws
   * StoreUnavailableError when too few replicas have it.
   */
  getReplicatedControl(): Promise<DispatchControl>;
  /**
   * Writes the change atomically and wakes the dispatchers. Each closing and each opening of the gate adds one
   * notification to the outbox. Throws an error with code `invalid_concurrency_limit` for a limit below 1.
   */
  setControl(change: DispatchControlChange): Promise<DispatchControl>;
  listAlarms(): Promise<readonly Alarm[]>;
  /** Counts a bad reading, or clears the alarm when `detail` is undefined. @returns the alarm before and after */
  recordReading(
    code: AlarmCode,
    reading: { readonly at: number; readonly detail: Alarm['detail'] | undefined },
  ): Promise<{ readonly before?: Alarm; readonly after?: Alarm }>;
}
