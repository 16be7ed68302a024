import { fastifySSE } from '@fastify/sse';
import { findTraining } from '@trainyard/application';
import { streamedEventSchema, streamHeadersSchema } from '@trainyard/contracts';
import { omitUndefined } from '@trainyard/domain';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { createStreams, MAX_STREAM_MS } from '../live/streams.ts';
import { EXAMPLE_IDS } from '../openapi/examples.ts';
import { LIVE_EVENT_EXAMPLE, LIVE_EVENTS_TEXT } from '../openapi/live-events.ts';
import { describeOperations } from '../openapi/operation.ts';
import { resolveLimits } from '../server/limits.ts';
import type { ApiDeps, ApiOptions } from '../server/options.ts';
import type { Api } from '../server/server.ts';
import { idParamsSchema, TRAINING_ERRORS } from './shared.ts';

const HEARTBEAT_MS = 15_000;
const answers = { 200: { description: 'Live events as server-sent events.', example: LIVE_EVENT_EXAMPLE } };

const operations = describeOperations('live', {
  streamEvents: {
    summary: 'Stream all live events',
    description: `Sends every change. \`Last-Event-ID\` resumes without a gap.\n\n${LIVE_EVENTS_TEXT}`,
    errors: ['too_many_streams', 'too_many_streams_of_key'],
    answers,
  },
  streamTrainingEvents: {
    summary: 'Stream the live events of a training',
    description: 'Sends the live events that concern the training. `Last-Event-ID` resumes without a gap.',
    errors: [...TRAINING_ERRORS, 'too_many_streams', 'too_many_streams_of_key'],
    request: { params: { id: EXAMPLE_IDS.training } },
    answers,
  },
});

const sharedSchema = {
  headers: streamHeadersSchema,
  produces: ['text/event-stream'],
  response: {
    200: {
      description: 'Live events as server-sent events.',
      content: { 'text/event-stream': { schema: streamedEventSchema } },
    },
  },
};

/** HEAD is not served, because it would open a stream without a reader. */
const streamRoute = {
  sse: 'manual',
  compress: false,
  exposeHeadRoute: false,
  // Fastify has no unlimited timeout. A stream ends itself after half of this time.
  handlerTimeout: 2 * MAX_STREAM_MS,
} as const;

/** Registers the streams of live events. */
export async function registerLiveRoutes(app: Api, deps: ApiDeps, options: ApiOptions): Promise<void> {
  await app.register(fastifySSE, { heartbeatInterval: HEARTBEAT_MS });
  const streams = createStreams(deps, resolveLimits(options), options);
  app.addHook('preClose', () => streams.close());
  app.get(
    '/api/stream',
    { ...streamRoute, schema: { ...sharedSchema, ...operations.streamEvents } },
    async (request, reply) => {
      disableBuffering(reply);
      await streams.open(reply, toStreamOptions(request));
    },
  );
  app.get(
    '/api/trainings/:id/stream',
    {
      ...streamRoute,
      schema: { ...sharedSchema, ...operations.streamTrainingEvents, params: idParamsSchema },
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
