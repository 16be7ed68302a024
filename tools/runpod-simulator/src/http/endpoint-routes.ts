import type { FastifyInstance } from 'fastify';
import type { Operation } from '../faults/fault.ts';
import { waitForEnd } from '../platform/ending.ts';
import type { Endpoint } from '../platform/endpoint.ts';
import type { Estate } from '../platform/estate.ts';
import { accept, healthOf, purge } from '../platform/intake.ts';
import { viewOf } from '../platform/job.ts';
import { readRunBody, readWait } from './run-body.ts';

interface Asked {
  readonly Params: { endpointId: string };
  readonly Querystring: { wait?: string };
}

const op = (name: Operation) => ({ config: { op: name } });

/** What is asked of an endpoint as a whole: new jobs, its health, an empty queue. */
export function addEndpointRoutes(app: FastifyInstance, estate: Estate): void {
  const of = ({ endpointId }: { endpointId: string }): Endpoint => estate.endpoint(endpointId);

  app.post<Asked>('/v2/:endpointId/run', op('run'), async (request) => {
    const { id, status } = accept(of(request.params), readRunBody(request.body, estate.clock), false);
    return { id, status };
  });

  app.post<Asked>('/v2/:endpointId/runsync', op('runsync'), async (request) => {
    const endpoint = of(request.params);
    const job = accept(endpoint, readRunBody(request.body, estate.clock), true);
    await waitForEnd(endpoint, job, readWait(request.query.wait, estate.clock));
    return viewOf(job, estate.clock);
  });

  app.post<Asked>('/v2/:endpointId/purge-queue', op('purge-queue'), async (request) => ({
    removed: purge(of(request.params)),
    status: 'completed',
  }));

  app.get<Asked>('/v2/:endpointId/health', op('health'), async (request) => healthOf(of(request.params)));
}
