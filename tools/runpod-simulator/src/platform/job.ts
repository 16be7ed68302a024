import type { Clock } from '../simulation/clock.ts';

/** RunPod's own words (reference §2). */
type JobStatus = 'IN_QUEUE' | 'IN_PROGRESS' | 'COMPLETED' | 'FAILED' | 'CANCELLED' | 'TIMED_OUT';
export type EndStatus = Exclude<JobStatus, 'IN_QUEUE' | 'IN_PROGRESS'>;

/** What a caller asked for, after its body was checked. Times are full. */
export interface JobRequest {
  readonly input: Readonly<Record<string, unknown>>;
  readonly webhook?: string;
  readonly executionTimeoutMs: number;
  readonly ttlMs: number;
}

/** A job while RunPod knows it. */
export interface Job {
  readonly id: string;
  readonly endpointId: string;
  readonly sync: boolean;
  readonly request: JobRequest;
  readonly trainingId: string | undefined;
  readonly attempt: number | undefined;
  readonly acceptedAt: number;
  status: JobStatus;
  queuedAt: number;
  startedAt?: number;
  endedAt?: number;
  workerId?: string;
  retries: number;
  output?: unknown;
  error?: string;
  /** What `/stream` has not given out yet. */
  stream: unknown[];
  /** The execution that owns the job; another one's end changes nothing. */
  run?: Run;
  /** No worker may take it (fault `stuck_in_queue`). */
  stuckReason?: 'throttled' | 'unhealthy' | 'none';
  /** Timers that end with the job's stay: ttl, then retention. */
  expire: () => void;
}

/** One execution of a job on a worker. */
export interface Run {
  readonly abort: AbortController;
  /** The last value the handler reported, as `/status` shows it while IN_PROGRESS. */
  progress: () => unknown;
}

/** The job as `/status`, `/runsync` and webhooks show it (reference §1.3): fields without a value are absent. */
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

export function hasEnded(job: Job): boolean {
  return job.status !== 'IN_QUEUE' && job.status !== 'IN_PROGRESS';
}
