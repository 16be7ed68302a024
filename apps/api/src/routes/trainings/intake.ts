import { accept, preview, retryTraining } from '@trainyard/application';
import {
  idempotencyHeadersSchema,
  previewSchema,
  trainingRequestSchema,
  trainingRetrySchema,
  trainingViewSchema,
} from '@trainyard/contracts';
import type { FastifyReply } from 'fastify';
import { claimOf } from '../../commands/fingerprint.ts';
import { retryChanges, trainCommand } from '../../commands/train-command.ts';
import type { ApiDeps } from '../../options.ts';
import type { Api } from '../../server/server.ts';
import { previewView } from '../../views/preview.ts';
import { trainingView } from '../../views/training.ts';
import { idParamsSchema } from '../params.ts';
import { problems } from '../problems.ts';

const tags = ['trainings'];

/** 202 with the training's address; a replay says that it is one. */
const answerAccepted = (reply: FastifyReply, id: string, replayed: boolean): FastifyReply => {
  if (replayed) void reply.header('idempotency-replayed', 'true');
  return reply.code(202).header('location', `/api/trainings/${id}`);
};

const accepted = {
  tags,
  headers: idempotencyHeadersSchema,
  response: { 202: trainingViewSchema, ...problems },
};

/** What asks for a training, or for what it would be. */
export const intakeRoutes = (app: Api, deps: ApiDeps): void => {
  app.post(
    '/api/trainings',
    {
      config: { idempotency: 'own' },
      schema: { ...accepted, summary: 'Ask for a training', body: trainingRequestSchema },
    },
    async (request, reply) => {
      const { training, replayed } = await accept(deps, {
        ...trainCommand(request.body),
        ...claimOf(request),
      });
      return answerAccepted(reply, training.id, replayed).send(trainingView(deps, training));
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
        response: { 200: previewSchema, ...problems },
      },
    },
    async (request) => previewView(deps, await preview(deps, trainCommand(request.body))),
  );
  app.post(
    '/api/trainings/:id/retry',
    {
      config: { idempotency: 'own' },
      schema: {
        ...accepted,
        summary: 'Train the same inputs anew, as a training of its own',
        params: idParamsSchema,
        body: trainingRetrySchema.nullish(),
      },
    },
    async (request, reply) => {
      const changes = { ...retryChanges(request.body ?? {}), ...claimOf(request) };
      const { training, replayed } = await retryTraining(deps, request.params.id, changes);
      return answerAccepted(reply, training.id, replayed).send(trainingView(deps, training));
    },
  );
};
