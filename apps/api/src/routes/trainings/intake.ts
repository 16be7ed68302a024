import { accept, preview, retryTraining } from '@trainyard/application';
import {
  idempotencyHeadersSchema,
  previewSchema,
  trainingRequestSchema,
  trainingRetrySchema,
  trainingViewSchema,
} from '@trainyard/contracts';
import type { FastifyReply } from 'fastify';
import { toIdempotencyClaim } from '../../idempotency/fingerprint.ts';
import { toRetryChanges, toTrainCommand } from '../../mapping/train-command.ts';
import type { ApiDeps } from '../../server/options.ts';
import type { Api } from '../../server/server.ts';
import { toPreviewView } from '../../views/preview.ts';
import { toTrainingView } from '../../views/training.ts';
import { idParamsSchema } from '../params.ts';
import { problemResponses } from '../problems.ts';

const tags = ['trainings'];

/** What asks for a training, or for what it would be. */
export function registerIntakeRoutes(app: Api, deps: ApiDeps): void {
  app.post(
    '/api/trainings',
    {
      config: { idempotency: 'own' },
      schema: { ...acceptedSchema, summary: 'Ask for a training', body: trainingRequestSchema },
    },
    async (request, reply) => {
      const { training, replayed } = await accept(deps, {
        ...toTrainCommand(request.body),
        ...toIdempotencyClaim(request),
      });
      return replyAccepted(reply, training.id, replayed).send(toTrainingView(deps, training));
    },
  );
  app.post(
    '/api/trainings/preview',
    {
      config: { access: 'read' },
      schema: {
        tags,
        summary: 'What would be sent; nothing is enqueued',
        body: trainingRequestSchema,
        response: { 200: previewSchema, ...problemResponses },
      },
    },
    async (request) => toPreviewView(deps, await preview(deps, toTrainCommand(request.body))),
  );
  app.post(
    '/api/trainings/:id/retry',
    {
      config: { idempotency: 'own' },
      schema: {
        ...acceptedSchema,
        summary: 'Train the same inputs anew, as a training of its own',
        params: idParamsSchema,
        body: trainingRetrySchema.nullish(),
      },
    },
    async (request, reply) => {
      const changes = { ...toRetryChanges(request.body ?? {}), ...toIdempotencyClaim(request) };
      const { training, replayed } = await retryTraining(deps, request.params.id, changes);
      return replyAccepted(reply, training.id, replayed).send(toTrainingView(deps, training));
    },
  );
}

/** 202 with the training's address; a replay says that it is one. */
function replyAccepted(reply: FastifyReply, id: string, replayed: boolean): FastifyReply {
  if (replayed) void reply.header('idempotency-replayed', 'true');
  return reply.code(202).header('location', `/api/trainings/${id}`);
}

const acceptedSchema = {
  tags,
  headers: idempotencyHeadersSchema,
  response: { 202: trainingViewSchema, ...problemResponses },
};
