import { accept, preview, retryTraining } from '@trainyard/application';
import {
  idempotencyHeadersSchema,
  previewSchema,
  trainingRequestSchema,
  trainingRetrySchema,
  trainingViewSchema,
} from '@trainyard/contracts';
import type { FastifyReply } from 'fastify';
import { toRetryChanges, toTrainCommand } from '../../mapping/train-command.ts';
import { toIdempotencyClaim } from '../../server/idempotency.ts';
import type { ApiDeps } from '../../server/options.ts';
import type { Api } from '../../server/server.ts';
import { toAcceptedView } from '../../views/accepted.ts';
import { toPreviewView } from '../../views/preview.ts';
import { idParamsSchema, problemResponses, requireWriteForForeignBuckets } from '../shared.ts';

const tags = ['trainings'];

const acceptedSchema = {
  tags,
  headers: idempotencyHeadersSchema,
  response: { 202: trainingViewSchema, ...problemResponses },
};

/** Registers the routes that create and preview trainings. */
export function registerIntakeRoutes(app: Api, deps: ApiDeps): void {
  app.post(
    '/api/trainings',
    {
      config: { idempotency: 'own' },
      schema: { ...acceptedSchema, summary: 'Create a training', body: trainingRequestSchema },
    },
    async (request, reply) => {
      const { training, replayed } = await accept(deps, {
        ...toTrainCommand(request.body),
        ...toIdempotencyClaim(request),
      });
      return replyAccepted(reply, training.id, replayed).send(await toAcceptedView(deps, training));
    },
  );
  registerPreviewRoute(app, deps);
  registerRetryRoute(app, deps);
}

function registerPreviewRoute(app: Api, deps: ApiDeps): void {
  app.post(
    '/api/trainings/preview',
    {
      config: { access: 'read' },
      schema: {
        tags,
        summary: 'Preview a training without creating it',
        body: trainingRequestSchema,
        response: { 200: previewSchema, ...problemResponses },
      },
    },
    async (request) => {
      requireWriteForForeignBuckets(request, deps, request.body.images);
      return toPreviewView(deps, await preview(deps, toTrainCommand(request.body)));
    },
  );
}

function registerRetryRoute(app: Api, deps: ApiDeps): void {
  app.post(
    '/api/trainings/:id/retry',
    {
      config: { idempotency: 'own' },
      schema: {
        ...acceptedSchema,
        summary: 'Create a new training with the inputs of an ended one',
        params: idParamsSchema,
        body: trainingRetrySchema.nullish(),
      },
    },
    async (request, reply) => {
      const changes = { ...toRetryChanges(request.body ?? {}), ...toIdempotencyClaim(request) };
      const { training, replayed } = await retryTraining(deps, request.params.id, changes);
      return replyAccepted(reply, training.id, replayed).send(await toAcceptedView(deps, training));
    },
  );
}

/** Sets 202 and Location; a replayed response carries `Idempotency-Replayed: true`. */
function replyAccepted(reply: FastifyReply, id: string, replayed: boolean): FastifyReply {
  if (replayed) void reply.header('idempotency-replayed', 'true');
  return reply.code(202).header('location', `/api/trainings/${id}`);
}
