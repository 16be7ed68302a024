import { fastifySSE } from '@fastify/sse';
import { findTraining } from '@trainyard/application';
import { streamHeadersSchema } from '@trainyard/contracts';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { z } from 'zod';
import { createStreams, MAX_STREAM_MS } from '../live/streams.ts';
import { defined } from '../mapping/defined.ts';
import type { ApiDeps, ApiOptions } from '../server/options.ts';
import type { Api } from '../server/server.ts';
import { idParamsSchema } from './params.ts';
import { problemResponses } from './problems.ts';

const HEARTBEAT_MS = 15_000;

const sharedSchema = {
  tags: ['live'],
  headers: streamHeadersSchema,
  produces: ['text/event-stream'],
  response: { 200: z.string().describe('Server-sent events; their data are JSON.'), ...problemResponses },
};

/** A HEAD would open a stream that nobody reads. */
const streamRoute = {
  sse: 'manual',
  exposeHeadRoute: false,
  // Fastify counts until the answer ends and knows no «never»: a stream ends itself before.
  handlerTimeout: 2 * MAX_STREAM_MS,
} as const;

/** Live updates (SPEC §5.4). */
export async function registerLiveRoutes(app: Api, deps: ApiDeps, options: ApiOptions): Promise<void> {
  await app.register(fastifySSE, { heartbeatInterval: HEARTBEAT_MS });
  const streams = createStreams(deps, options.streamSendTimeoutMs);
  app.addHook('preClose', () => streams.close());
  app.get(
    '/api/stream',
    { ...streamRoute, schema: { ...sharedSchema, summary: 'Everything that changes, as it changes' } },
    async (request, reply) => {
      disableBuffering(reply);
      await streams.open(reply, toStreamOptions(request));
    },
  );
  app.get(
    '/api/trainings/:id/stream',
    {
      ...streamRoute,
      schema: { ...sharedSchema, summary: 'What changes of one training', params: idParamsSchema },
    },
    async (request, reply) => {
      const { id: trainingId } = await findTraining(deps, request.params.id);
      disableBuffering(reply);
      await streams.open(reply, { trainingId, ...toStreamOptions(request) });
    },
  );
}

function toStreamOptions(request: FastifyRequest) {
  const header = request.headers['last-event-id'];
  return defined({ lastEventId: typeof header === 'string' && header !== '' ? header : undefined });
}

/** Proxies must neither keep, pack nor gather what is to arrive at once. */
function disableBuffering(reply: FastifyReply): void {
  void reply.header('cache-control', 'no-cache, no-transform');
}
