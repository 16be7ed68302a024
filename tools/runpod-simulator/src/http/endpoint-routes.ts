import type { FastifyInstance } from 'fastify';
import type { Operation } from '../faults/fault.ts';
import { waitForEnd } from '../platform/ending.ts';
import type { Endpoint } from '../platform/endpoint.ts';
import type { Account } from '../platform/estate.ts';
import { acceptJob, getHealth, purgeQueue } from '../platform/intake.ts';
import { toJobView } from '../platform/job.ts';
import { readRunBody, readWait } from './run-body.ts';

interface EndpointRoute {
  readonly Params: { endpointId: string };
  readonly Querystring: { wait?: string };
}

const toRouteConfig = (name: Operation) => ({ config: { op: name } });

/** What is asked of an endpoint as a whole: new jobs, its health, an empty queue. */
export function addEndpointRoutes(app: FastifyInstance, estate: Account): void {
  const of = ({ endpointId }: { endpointId: string }): Endpoint => estate.getEndpoint(endpointId);

  app.post<EndpointRoute>('/v2/:endpointId/run', toRouteConfig('run'), async (request) => {
    const { id, status } = acceptJob(of(request.params), readRunBody(request.body, estate.clock), false);
    return { id, status };
  });

  app.post<EndpointRoute>('/v2/:endpointId/runsync', toRouteConfig('runsync'), async (request) => {
    const endpoint = of(request.params);
    const job = acceptJob(endpoint, readRunBody(request.body, estate.clock), true);
    await waitForEnd(endpoint, job, readWait(request.query.wait, estate.clock));
    return toJobView(job, estate.clock);
  });

  app.post<EndpointRoute>('/v2/:endpointId/purge-queue', toRouteConfig('purge-queue'), async (request) => ({
    removed: purgeQueue(of(request.params)),
    status: 'completed',
  }));

  app.get<EndpointRoute>('/v2/:endpointId/health', toRouteConfig('health'), async (request) => getHealth(of(request.params)));
}
