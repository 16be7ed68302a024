import { EventEmitter } from 'node:events';
import type { HistoryEvent } from '../history/event.ts';
import type { Environment } from '../simulation/environment.ts';
import type { FaultTarget } from '../simulation/faults.ts';
import type { ComfyCache } from '../worker/results.ts';
import type { Job } from './job.ts';

/** A GPU worker. Warm from its start until it was idle too long; a ComfyUI lives in it meanwhile. */
export interface Worker {
  readonly id: string;
  state: 'initializing' | 'idle' | 'running' | 'unhealthy';
  readonly cache: ComfyCache;
  stopIdling: () => void;
}

/** One serverless endpoint: its jobs, its queue and its workers. */
export interface Endpoint extends Environment {
  readonly id: string;
  readonly jobs: Map<string, Job>;
  readonly queue: Job[];
  readonly workers: Set<Worker>;
  readonly counts: { completed: number; failed: number; retried: number };
  /** Emits a job's id when it ended or was removed. */
  readonly endEvents: EventEmitter;
  /** Webhooks held back until the next one went out. */
  readonly heldWebhooks: Set<() => void>;
}

export function createEndpoint(id: string, environment: Environment): Endpoint {
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

/** What a fault may aim at in this job. */
export function toTarget({ id, endpointId, trainingId, attempt }: Job): FaultTarget {
  return {
    endpointId,
    jobId: id,
    ...(trainingId === undefined ? {} : { trainingId }),
    ...(attempt === undefined ? {} : { attempt }),
  };
}

/** Notes in the history what happened to a job. */
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

/** All endpoints of one simulator. An endpoint comes into being when it is first asked. */
export interface Account extends Environment {
  hasEndpoint(endpointId: string): boolean;
  getEndpoint(endpointId: string): Endpoint;
}

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
