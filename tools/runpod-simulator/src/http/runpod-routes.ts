import type { FastifyInstance } from 'fastify';
import type { Account, Endpoint } from '../platform/endpoint.ts';
import { hasEnded, type Job, toJobView } from '../platform/job.ts';
import { waitForEnd } from '../platform/job-end.ts';
import { acceptJob, cancelJob, getHealth, purgeQueue, retryJob } from '../platform/operations.ts';
import type { Operation } from '../simulation/faults.ts';
import { HttpProblem } from './problem.ts';
import { readRunBody, readWait } from './run-body.ts';

interface EndpointRoute {
  readonly Params: { endpointId: string };
  readonly Querystring: { wait?: string };
}

interface JobRoute {
  readonly Params: { endpointId: string; id: string };
  readonly Querystring: { wait?: string };
}

/** Adds the routes of RunPod's API for endpoints and jobs. An unknown, expired or deleted job is answered with 404. */
export function addRunPodRoutes(app: FastifyInstance, account: Account): void {
  addEndpointRoutes(app, account);
  addJobReads(app, account);
  addJobChanges(app, account);
}

function addEndpointRoutes(app: FastifyInstance, account: Account): void {
  const { clock } = account;
  const getEndpoint = ({ endpointId }: { endpointId: string }): Endpoint => account.getEndpoint(endpointId);

  app.post<EndpointRoute>('/v2/:endpointId/run', toRouteConfig('run'), async (request) => {
    const { id } = acceptJob(getEndpoint(request.params), readRunBody(request.body, clock), false);
    // RunPod answers before a worker takes the job, also when a worker is idle.
    return { id, status: 'IN_QUEUE' };
  });

  app.post<EndpointRoute>('/v2/:endpointId/runsync', toRouteConfig('runsync'), async (request) => {
    const endpoint = getEndpoint(request.params);
    const job = acceptJob(endpoint, readRunBody(request.body, clock), true);
    await waitForEnd(endpoint, job, readWait(request.query.wait, clock));
    return toJobView(job, clock);
  });

  app.post<EndpointRoute>('/v2/:endpointId/purge-queue', toRouteConfig('purge-queue'), async (request) => ({
    removed: purgeQueue(getEndpoint(request.params)),
    status: 'completed',
  }));

  app.get<EndpointRoute>('/v2/:endpointId/health', toRouteConfig('health'), async (request) =>
    getHealth(getEndpoint(request.params)),
  );
}

function addJobReads(app: FastifyInstance, account: Account): void {
  const { clock } = account;
  const findJob = createJobFinder(account);

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
}

function addJobChanges(app: FastifyInstance, account: Account): void {
  const findJob = createJobFinder(account);

  app.post<JobRoute>('/v2/:endpointId/cancel/:id', toRouteConfig('cancel'), async (request) => {
    const { endpoint, job } = findJob(request.params);
    const hadEnded = hasEnded(job);
    cancelJob(endpoint, job);
    const { id, status } = job;
    return hadEnded ? { id, status } : { ...toJobView(job, account.clock), status: 'CANCELLED' };
  });

  app.post<JobRoute>('/v2/:endpointId/retry/:id', toRouteConfig('retry'), async (request) => {
    const { endpoint, job } = findJob(request.params);
    if (!retryJob(endpoint, job))
      throw new HttpProblem(400, `a job with status ${job.status} cannot be retried`);
    return { id: job.id, status: 'IN_QUEUE' };
  });
}

function createJobFinder(account: Account) {
  return ({ endpointId, id }: JobRoute['Params']): { endpoint: Endpoint; job: Job } => {
    const endpoint = account.getEndpoint(endpointId);
    const job = endpoint.jobs.get(id);
    if (!job) throw new HttpProblem(404, 'job not found');
    return { endpoint, job };
  };
}

function toRouteConfig(name: Operation) {
  return { config: { op: name } };
}
