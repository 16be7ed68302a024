import { fastifySSE } from '@fastify/sse';
import { findTraining } from '@trainyard/application';
import { streamedEventSchema, streamHeadersSchema } from '@trainyard/contracts';
import { omitUndefined } from '@trainyard/domain';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { createStreams, MAX_STREAM_MS } from '../live/streams.ts';
import { resolveLimits } from '../server/limits.ts';
import type { ApiDeps, ApiOptions } from '../server/options.ts';
import type { Api } from '../server/server.ts';
import { idParamsSchema, problemResponses } from './shared.ts';

const HEARTBEAT_MS = 15_000;

const sharedSchema = {
  tags: ['live'],
  headers: streamHeadersSchema,
  produces: ['text/event-stream'],
  response: {
    200: {
      description: 'Live events as server-sent events.',
      content: { 'text/event-stream': { schema: streamedEventSchema } },
    },
    ...problemResponses,
  },
};

/** HEAD is not served, because it would open a stream without a reader. */
const streamRoute = {
  sse: 'manual',
  exposeHeadRoute: false,
  // Fastify has no unlimited timeout. A stream ends itself after half of this time.
  handlerTimeout: 2 * MAX_STREAM_MS,
} as const;

/** Registers the streams of live events. */
export async function registerLiveRoutes(app: Api, deps: ApiDeps, options: ApiOptions): Promise<void> {
  await app.register(fastifySSE, { heartbeatInterval: HEARTBEAT_MS });
  const streams = createStreams(deps, resolveLimits(options), options.streamSendTimeoutMs);
  app.addHook('preClose', () => streams.close());
  app.get(
    '/api/stream',
    { ...streamRoute, schema: { ...sharedSchema, summary: 'Stream all live events' } },
    async (request, reply) => {
      disableBuffering(reply);
      await streams.open(reply, toStreamOptions(request));
    },
  );
  app.get(
    '/api/trainings/:id/stream',
    {
      ...streamRoute,
      schema: { ...sharedSchema, summary: 'Stream the live events of a training', params: idParamsSchema },
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
  return omitUndefined({ lastEventId: typeof header === 'string' && header !== '' ? header : undefined });
}

/** Prevents proxies from caching, compressing and buffering the stream. */
function disableBuffering(reply: FastifyReply): void {
  void reply.header('cache-control', 'no-cache, no-transform');
}
