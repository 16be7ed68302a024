import { accept, listChecks, preview, readPreviewStart, retryTraining } from '@trainyard/application';
import {
  idempotencyHeadersSchema,
  previewRequestSchema,
  previewSchema,
  trainingRequestSchema,
  trainingRetrySchema,
  trainingViewSchema,
} from '@trainyard/contracts';
import type { FastifyReply } from 'fastify';
import { toRetryChanges, toTrainCommand } from '../../mapping/train-command.ts';
import { EXAMPLE_IDS, EXAMPLES } from '../../openapi/examples.ts';
import { describeOperations } from '../../openapi/operation.ts';
import { toIdempotencyClaim } from '../../server/idempotency.ts';
import type { ApiDeps } from '../../server/options.ts';
import type { Api } from '../../server/server.ts';
import { toPreviewView } from '../../views/preview.ts';
import { toAcceptedView } from '../../views/waiting.ts';
import {
  ACCEPT_ERRORS,
  INPUT_ERRORS,
  idParamsSchema,
  requireWriteForForeignBuckets,
  TRAINING_ERRORS,
} from '../shared.ts';
import { registerHyperparameterRoute } from './hyperparameters.ts';

const operations = describeOperations('trainings', {
  createTraining: {
    summary: 'Create a training',
    description:
      'Accepts a training and returns it at once; it waits in the queue for a slot. Without `images` the catalogue supplies them. A subject with a live training is refused unless `force` is true.',
    errors: [...ACCEPT_ERRORS, 'training_unreadable'],
    request: {
      body: {
        kind: 'actor',
        subject_id: '0019',
        version_name: 'V7',
        user_id: 'actor_maker_user',
        tenant_id: 'actor_maker',
        budget_usd: 5,
      },
    },
    answers: {
      202: {
        description: 'The accepted training. It survives crashes and restarts.',
        example: EXAMPLES.trainings.queued,
        headers: ['Location'],
      },
    },
  },
  previewTraining: {
    summary: 'Preview a training without creating it',
    description:
      'Returns the request as it would be sent: hyperparameters, workflow, dataset report and estimate, with the conditions of its start, its place in the queue and the budgets after it. Enqueues nothing. With `inspect: false` no image is read, as a form needs it while values are typed. Images outside the bucket of the object store need the scope `write`.',
    errors: [...INPUT_ERRORS, 'forbidden', 'training_unreadable'],
    request: { body: { kind: 'actor', subject_id: '0019', version_name: 'V7' } },
    answers: {
      200: { description: 'The request as it would be sent.', example: EXAMPLES.trainings.preview },
    },
  },
  retryTraining: {
    summary: 'Create a new training with the inputs of an ended one',
    description:
      'Copies the frozen inputs of an ended training into a new one. Fields of the body replace single inputs.',
    errors: [...TRAINING_ERRORS, ...ACCEPT_ERRORS, 'wrong_state', 'inputs_pruned'],
    request: { params: { id: EXAMPLE_IDS.training }, body: { hyperparameters: { max_train_steps: 2000 } } },
    answers: {
      202: { description: 'The new training.', example: EXAMPLES.trainings.queued, headers: ['Location'] },
    },
  },
});

const acceptedSchema = {
  headers: idempotencyHeadersSchema,
  response: { 202: trainingViewSchema },
};

/** Registers the routes that describe, create and preview trainings. */
export function registerIntakeRoutes(app: Api, deps: ApiDeps): void {
  app.post(
    '/api/trainings',
    {
      config: { idempotency: 'own' },
      schema: { ...acceptedSchema, ...operations.createTraining, body: trainingRequestSchema },
    },
    async (request, reply) => {
      const { training, replayed } = await accept(deps, {
        ...toTrainCommand(request.body),
        ...toIdempotencyClaim(request),
      });
      return replyAccepted(reply, training.id, replayed).send(await toAcceptedView(deps, training));
    },
  );
  registerHyperparameterRoute(app, deps);
  registerPreviewRoute(app, deps);
  registerRetryRoute(app, deps);
}

function registerPreviewRoute(app: Api, deps: ApiDeps): void {
  app.post(
    '/api/trainings/preview',
    {
      config: { access: 'read' },
      schema: {
        ...operations.previewTraining,
        body: previewRequestSchema,
        response: { 200: previewSchema },
      },
    },
    async (request) => {
      const { inspect, ...body } = request.body;
      requireWriteForForeignBuckets(request, deps, body.images);
      const previewed = await preview(deps, toTrainCommand(body), { inspect });
      const [checks, start] = await Promise.all([
        listChecks(deps, previewed),
        readPreviewStart(deps, previewed),
      ]);
      return toPreviewView(deps, previewed, { checks, start });
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
        ...operations.retryTraining,
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
