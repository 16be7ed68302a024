import { EventEmitter } from 'node:events';
import type { HistoryEvent } from '../history/event.ts';
import type { Environment } from '../simulation/environment.ts';
import type { FaultTarget } from '../simulation/faults.ts';
import type { ComfyCache } from '../worker/results.ts';
import type { Job } from './job.ts';

/** A GPU worker with a warm ComfyUI. It stops after the idle timeout. */
export interface Worker {
  readonly id: string;
  state: 'initializing' | 'idle' | 'running' | 'unhealthy';
  readonly cache: ComfyCache;
  stopIdling: () => void;
}

/** A serverless endpoint with its jobs, queue and workers. */
export interface Endpoint extends Environment {
  readonly id: string;
  readonly jobs: Map<string, Job>;
  readonly queue: Job[];
  readonly workers: Set<Worker>;
  readonly counts: { completed: number; failed: number; retried: number };
  /** Emits the id of a job that ended or was removed. */
  readonly endEvents: EventEmitter;
  /** Webhooks that wait until a later webhook was sent. */
  readonly heldWebhooks: Set<() => void>;
}

/** Creates an endpoint without jobs and workers. */
function createEndpoint(id: string, environment: Environment): Endpoint {
  return {
    ...environment,
    id,
    jobs: new Map(),
    queue: [],
    workers: new Set(),
    counts: { completed: 0, failed: 0, retried: 0 },
    endEvents: new EventEmitter().setMaxListeners(0),
    heldWebhooks: new Set(),
  };
}

/** The job as the target of a fault. */
export function toTarget({ id, endpointId, trainingId, attempt }: Job): FaultTarget {
  return {
    endpointId,
    jobId: id,
    ...(trainingId === undefined ? {} : { trainingId }),
    ...(attempt === undefined ? {} : { attempt }),
  };
}

/** Records an event of a job in the history. */
export function recordEvent(
  endpoint: Endpoint,
  job: Job,
  event: HistoryEvent['event'],
  detail?: string,
): void {
  endpoint.history.record({
    at: endpoint.clock.now(),
    event,
    job_id: job.id,
    endpoint_id: job.endpointId,
    ...(job.trainingId === undefined ? {} : { training_id: job.trainingId }),
    ...(job.attempt === undefined ? {} : { attempt: job.attempt }),
    status: job.status,
    ...(detail === undefined ? {} : { detail }),
  });
}

/** All endpoints of a simulator. An endpoint is created by its first call. */
export interface Account extends Environment {
  hasEndpoint(endpointId: string): boolean;
  getEndpoint(endpointId: string): Endpoint;
}

/** Creates an account with the endpoints that the settings allow; any endpoint by default. */
export function createAccount(environment: Environment): Account {
  const endpoints = new Map<string, Endpoint>();
  const { endpointIds } = environment.settings;
  return {
    ...environment,
    hasEndpoint: (endpointId) => endpointIds === undefined || endpointIds.includes(endpointId),
    getEndpoint(endpointId) {
      const endpoint = endpoints.get(endpointId) ?? createEndpoint(endpointId, environment);
      endpoints.set(endpointId, endpoint);
      return endpoint;
    },
  };
}
