import type { FastifyInstance } from 'fastify';
import type { Account, Endpoint } from '../platform/endpoint.ts';
import { hasEnded, type Job, toJobView } from '../platform/job.ts';
import { waitForEnd } from '../platform/job-end.ts';
import { cancelJob, retryJob } from '../platform/operations.ts';
import type { Operation } from '../simulation/faults.ts';
import { HttpProblem } from './problem.ts';
import { readWait } from './run-body.ts';

interface JobRoute {
  readonly Params: { endpointId: string; id: string };
  readonly Querystring: { wait?: string };
}

/** What is asked of one job. A job unknown, expired or past its ttl is a 404. */
export function addJobRoutes(app: FastifyInstance, account: Account): void {
  const { clock } = account;
  const findJob = ({ endpointId, id }: JobRoute['Params']): { endpoint: Endpoint; job: Job } => {
    const endpoint = account.getEndpoint(endpointId);
    const job = endpoint.jobs.get(id);
    if (!job) throw new HttpProblem(404, 'job not found');
    return { endpoint, job };
  };

  app.route<JobRoute>({
    method: ['GET', 'POST'],
    url: '/v2/:endpointId/status/:id',
    ...toRouteConfig('status'),
    handler: async (request) => toJobView(findJob(request.params).job, clock),
  });

  app.get<JobRoute>('/v2/:endpointId/status-sync/:id', toRouteConfig('status-sync'), async (request) => {
    const { endpoint, job } = findJob(request.params);
    await waitForEnd(endpoint, job, readWait(request.query.wait, clock));
    return toJobView(findJob(request.params).job, clock);
  });

  app.get<JobRoute>('/v2/:endpointId/stream/:id', toRouteConfig('stream'), async (request) => {
    const { endpoint, job } = findJob(request.params);
    if (job.stream.length === 0 && !hasEnded(job))
      await waitForEnd(endpoint, job, readWait(request.query.wait, clock));
    return { status: job.status, stream: job.stream.splice(0) };
  });

  app.post<JobRoute>('/v2/:endpointId/cancel/:id', toRouteConfig('cancel'), async (request) => {
    const { endpoint, job } = findJob(request.params);
    const hadEnded = hasEnded(job);
    cancelJob(endpoint, job);
    return hadEnded ? { id: job.id, status: job.status } : { ...toJobView(job, clock), status: 'CANCELLED' };
  });

  app.post<JobRoute>('/v2/:endpointId/retry/:id', toRouteConfig('retry'), async (request) => {
    const { endpoint, job } = findJob(request.params);
    if (!retryJob(endpoint, job)) throw new HttpProblem(400, `a job that is ${job.status} cannot be retried`);
    return { id: job.id, status: 'IN_QUEUE' };
  });
}

function toRouteConfig(name: Operation) {
  return { config: { op: name } };
}
