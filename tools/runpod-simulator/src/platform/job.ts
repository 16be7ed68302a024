import type { Clock } from '../simulation/clock.ts';

/** Statuses of RunPod's API. */
type JobStatus = 'IN_QUEUE' | 'IN_PROGRESS' | 'COMPLETED' | 'FAILED' | 'CANCELLED' | 'TIMED_OUT';

/** Final statuses of RunPod's API. */
export type EndStatus = Exclude<JobStatus, 'IN_QUEUE' | 'IN_PROGRESS'>;

/** Parsed body of a job request. Unscaled ms. */
export interface JobRequest {
  readonly input: Readonly<Record<string, unknown>>;
  readonly webhook?: string;
  readonly executionTimeoutMs: number;
  readonly ttlMs: number;
}

/** A job from its acceptance until its deletion. Times are full ms of the clock. */
export interface Job {
  readonly id: string;
  readonly endpointId: string;
  readonly sync: boolean;
  readonly request: JobRequest;
  readonly trainingId: string | undefined;
  readonly attempt: number | undefined;
  status: JobStatus;
  queuedAt: number;
  startedAt?: number;
  endedAt?: number;
  workerId?: string;
  retries: number;
  output?: unknown;
  error?: string;
  /** Items that `/stream` has not returned. */
  stream: unknown[];
  /** Execution that owns the job; the end of an earlier execution has no effect. */
  run?: Run;
  /** Set by the fault `stuck_in_queue`: no worker claims the job. */
  stuckReason?: 'throttled' | 'unhealthy' | 'none';
  /** Clears the timer of the ttl or, after the end, of the retention. */
  expire: () => void;
}

/** An execution of a job on a worker. */
export interface Run {
  readonly abort: AbortController;
  /** Last progress report of the handler; `/status` returns it while the job is IN_PROGRESS. */
  progress: () => unknown;
}

/** The job in the format of `/status`, `/runsync` and webhooks; fields without a value are absent. */
export function toJobView(job: Job, clock: Clock): Readonly<Record<string, unknown>> {
  const { id, status, startedAt, endedAt, workerId, error, retries } = job;
  const output = job.output ?? (status === 'IN_PROGRESS' ? job.run?.progress() : undefined);
  return {
    id,
    status,
    ...(startedAt === undefined ? {} : { delayTime: clock.toWireMs(startedAt - job.queuedAt) }),
    ...(startedAt === undefined || endedAt === undefined
      ? {}
      : { executionTime: clock.toWireMs(endedAt - startedAt) }),
    ...(workerId === undefined ? {} : { workerId }),
    ...(retries === 0 ? {} : { retries }),
    ...(output === undefined ? {} : { output }),
    ...(error === undefined ? {} : { error }),
  };
}

/** Returns true for a final status. */
export function hasEnded(job: Job): boolean {
  return job.status !== 'IN_QUEUE' && job.status !== 'IN_PROGRESS';
}
