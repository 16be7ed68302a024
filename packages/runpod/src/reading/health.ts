import type { EndpointHealth, HealthResult, Redact } from '@trainyard/application';
import type { Exchange } from '../http/exchange.ts';
import { toCount, toJsonAnswer, toObject } from './job.ts';

const WORKER_KINDS = ['idle', 'initializing', 'ready', 'running', 'throttled', 'unhealthy'] as const;

/**
 * Parses the counts of an endpoint. Without both live counts the result is `unavailable`: they are the evidence about
 * unconfirmed submissions, so an absent count must not be treated as 0 (docs/concepts/unconfirmed-submissions.md).
 */
export function readHealth(exchange: Exchange, redact: Redact): HealthResult {
  const answer = toJsonAnswer(exchange, redact);
  if (answer.kind === 'missing')
    return { kind: 'denied', scope: 'endpoint', message: 'RunPod does not know this endpoint' };
  if (answer.kind !== 'answered') return answer;
  const counts = toJobCounts(answer.json);
  if (!counts) return { kind: 'unavailable', message: 'RunPod responded without its job counts' };
  return { kind: 'health', health: { jobs: counts, workers: toWorkerCounts(answer.json) } };
}

type Json = Readonly<Record<string, unknown>>;

function toJobCounts({ jobs }: Json): EndpointHealth['jobs'] | undefined {
  const { inQueue, inProgress, completed, failed, retried } = toObject(jobs) ?? {};
  const live = { inQueue: toCount(inQueue), inProgress: toCount(inProgress) };
  if (live.inQueue === undefined || live.inProgress === undefined) return undefined;
  return {
    inQueue: live.inQueue,
    inProgress: live.inProgress,
    completed: toCount(completed) ?? 0,
    failed: toCount(failed) ?? 0,
    retried: toCount(retried) ?? 0,
  };
}

function toWorkerCounts(json: Json): EndpointHealth['workers'] {
  const { workers } = json;
  const counts = toObject(workers) ?? {};
  return Object.fromEntries(
    WORKER_KINDS.map((kind) => [kind, toCount(counts[kind])] as const).filter(
      ([, count]) => count !== undefined,
    ),
  );
}
