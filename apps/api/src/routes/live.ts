import { fastifySSE } from '@fastify/sse';
import { findTraining } from '@trainyard/application';
import { streamHeadersSchema } from '@trainyard/contracts';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { z } from 'zod';
import { defined } from '../commands/defined.ts';
import { createStreams, LONGEST_STREAM_MS } from '../live/streams.ts';
import type { ApiDeps, ApiOptions } from '../options.ts';
import type { Api } from '../server/server.ts';
import { idParamsSchema } from './params.ts';
import { problems } from './problems.ts';

const HEARTBEAT_MS = 15_000;

const answers = {
  tags: ['live'],
  headers: streamHeadersSchema,
  produces: ['text/event-stream'],
  response: { 200: z.string().describe('Server-sent events; their data are JSON.'), ...problems },
};

/** A HEAD would open a stream that nobody reads. */
const route = {
  sse: 'manual',
  exposeHeadRoute: false,
  // Fastify counts until the answer ends and knows no «never»: a stream ends itself before.
  handlerTimeout: 2 * LONGEST_STREAM_MS,
} as const;

const wishOf = (request: FastifyRequest) => {
  const header = request.headers['last-event-id'];
  return defined({ lastEventId: typeof header === 'string' && header !== '' ? header : undefined });
};

/** Proxies must neither keep, pack nor gather what is to arrive at once. */
const live = (reply: FastifyReply): void => {
  void reply.header('cache-control', 'no-cache, no-transform');
};

/** Live updates (SPEC §5.4). */
export const liveRoutes = async (app: Api, deps: ApiDeps, options: ApiOptions): Promise<void> => {
  await app.register(fastifySSE, { heartbeatInterval: HEARTBEAT_MS });
  const streams = createStreams(deps, options.streamPatienceMs);
  app.addHook('preClose', () => streams.close());
  app.get(
    '/api/stream',
    { ...route, schema: { ...answers, summary: 'Everything that changes, as it changes' } },
    async (request, reply) => {
      live(reply);
      await streams.open(reply, wishOf(request));
    },
  );
  app.get(
    '/api/trainings/:id/stream',
    {
      ...route,
      schema: { ...answers, summary: 'What changes of one training', params: idParamsSchema },
    },
    async (request, reply) => {
      const { id: trainingId } = await findTraining(deps, request.params.id);
      live(reply);
      await streams.open(reply, { trainingId, ...wishOf(request) });
    },
  );
};
