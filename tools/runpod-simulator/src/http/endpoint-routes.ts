import type { FastifyInstance } from 'fastify';
import type { Account, Endpoint } from '../platform/endpoint.ts';
import { toJobView } from '../platform/job.ts';
import { waitForEnd } from '../platform/job-end.ts';
import { acceptJob, getHealth, purgeQueue } from '../platform/operations.ts';
import type { Operation } from '../simulation/faults.ts';
import { readRunBody, readWait } from './run-body.ts';

interface EndpointRoute {
  readonly Params: { endpointId: string };
  readonly Querystring: { wait?: string };
}

/** What is asked of an endpoint as a whole: new jobs, its health, an empty queue. */
export function addEndpointRoutes(app: FastifyInstance, account: Account): void {
  const getEndpoint = ({ endpointId }: { endpointId: string }): Endpoint => account.getEndpoint(endpointId);

  app.post<EndpointRoute>('/v2/:endpointId/run', toRouteConfig('run'), async (request) => {
    const { id, status } = acceptJob(
      getEndpoint(request.params),
      readRunBody(request.body, account.clock),
      false,
    );
    return { id, status };
  });

  app.post<EndpointRoute>('/v2/:endpointId/runsync', toRouteConfig('runsync'), async (request) => {
    const endpoint = getEndpoint(request.params);
    const job = acceptJob(endpoint, readRunBody(request.body, account.clock), true);
    await waitForEnd(endpoint, job, readWait(request.query.wait, account.clock));
    return toJobView(job, account.clock);
  });

  app.post<EndpointRoute>('/v2/:endpointId/purge-queue', toRouteConfig('purge-queue'), async (request) => ({
    removed: purgeQueue(getEndpoint(request.params)),
    status: 'completed',
  }));

  app.get<EndpointRoute>('/v2/:endpointId/health', toRouteConfig('health'), async (request) =>
    getHealth(getEndpoint(request.params)),
  );
}

function toRouteConfig(name: Operation) {
  return { config: { op: name } };
}
