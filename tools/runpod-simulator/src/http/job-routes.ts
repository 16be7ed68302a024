import type { FastifyInstance } from 'fastify';
import type { Operation } from '../faults/fault.ts';
import { waitForEnd } from '../platform/ending.ts';
import type { Endpoint } from '../platform/endpoint.ts';
import type { Estate } from '../platform/estate.ts';
import { cancel, retry } from '../platform/intake.ts';
import { hasEnded, type Job, viewOf } from '../platform/job.ts';
import { HttpProblem } from './problem.ts';
import { readWait } from './run-body.ts';

interface Asked {
  readonly Params: { endpointId: string; id: string };
  readonly Querystring: { wait?: string };
}

const op = (name: Operation) => ({ config: { op: name } });

/** What is asked of one job. A job unknown, expired or past its ttl is a 404. */
export function addJobRoutes(app: FastifyInstance, estate: Estate): void {
  const { clock } = estate;
  const found = ({ endpointId, id }: Asked['Params']): { endpoint: Endpoint; job: Job } => {
    const endpoint = estate.endpoint(endpointId);
    const job = endpoint.jobs.get(id);
    if (!job) throw new HttpProblem(404, 'job not found');
    return { endpoint, job };
  };

  app.route<Asked>({
    method: ['GET', 'POST'],
    url: '/v2/:endpointId/status/:id',
    ...op('status'),
    handler: async (request) => viewOf(found(request.params).job, clock),
  });

  app.get<Asked>('/v2/:endpointId/status-sync/:id', op('status-sync'), async (request) => {
    const { endpoint, job } = found(request.params);
    await waitForEnd(endpoint, job, readWait(request.query.wait, clock));
    return viewOf(found(request.params).job, clock);
  });

  app.get<Asked>('/v2/:endpointId/stream/:id', op('stream'), async (request) => {
    const { endpoint, job } = found(request.params);
    if (job.stream.length === 0 && !hasEnded(job))
      await waitForEnd(endpoint, job, readWait(request.query.wait, clock));
    return { status: job.status, stream: job.stream.splice(0) };
  });

  app.post<Asked>('/v2/:endpointId/cancel/:id', op('cancel'), async (request) => {
    const { endpoint, job } = found(request.params);
    const wasOver = hasEnded(job);
    cancel(endpoint, job);
    return wasOver ? { id: job.id, status: job.status } : { ...viewOf(job, clock), status: 'CANCELLED' };
  });

  app.post<Asked>('/v2/:endpointId/retry/:id', op('retry'), async (request) => {
    const { endpoint, job } = found(request.params);
    if (!retry(endpoint, job)) throw new HttpProblem(400, `a job that is ${job.status} cannot be retried`);
    return { id: job.id, status: 'IN_QUEUE' };
  });
}
