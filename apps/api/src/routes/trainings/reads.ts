import {
  findTraining,
  findTrainingVersion,
  listReadableTrainings,
  type TrainingQuery,
} from '@trainyard/application';
import {
  trainingDetailSchema,
  trainingEventsQuerySchema,
  trainingEventsSchema,
  trainingListQuerySchema,
  trainingPageSchema,
} from '@trainyard/contracts';
import { omitUndefined } from '@trainyard/domain';
import type { z } from 'zod';
import { parseCursor, toCursorOrNull } from '../../mapping/cursor.ts';
import { EXAMPLE_IDS, EXAMPLES } from '../../openapi/examples.ts';
import { describeOperations } from '../../openapi/operation.ts';
import type { ApiDeps } from '../../server/options.ts';
import type { Api } from '../../server/server.ts';
import { toEventView, toTrainingDetail, toTrainingView } from '../../views/training.ts';
import { withWaiting } from '../../views/waiting.ts';
import { idParamsSchema, TRAINING_ERRORS } from '../shared.ts';
import type { PictureDeps } from '../picture-answers.ts';
import { registerPictureRoutes } from './pictures.ts';
import { registerPollRoute, registerProgressRoute } from './progress.ts';

const operations = describeOperations('trainings', {
  getTraining: {
    summary: 'Get a training',
    description:
      'Returns a training with all inputs that were frozen at accept. The path takes any of its ids: id, job_id, request_id or runpod_job_id.',
    errors: [...TRAINING_ERRORS, 'object_store_unavailable'],
    request: { params: { id: EXAMPLE_IDS.training } },
    answers: { 200: { description: 'The training.', example: EXAMPLES.trainings.detail } },
  },
  listTrainings: {
    summary: 'List trainings, newest first',
    description:
      'Filters may be combined. `status` may be repeated or hold several values separated by commas.',
    errors: ['invalid_cursor'],
    request: { query: { status: 'completed', subject_id: '0019', limit: 20 } },
    answers: { 200: { description: 'A page of trainings.', example: EXAMPLES.trainings.page } },
  },
  listTrainingEvents: {
    summary: 'List the events of a training',
    description:
      'Returns the stored events, oldest first: each input of the transition table with the states before and after it.',
    errors: [...TRAINING_ERRORS],
    request: { params: { id: EXAMPLE_IDS.training }, query: { after: 0 } },
    answers: { 200: { description: 'The events.', example: EXAMPLES.trainings.events } },
  },
});

const PAGE_SIZE = 50;

/** Registers the routes that read trainings, their events, progress and pictures, and the one that asks RunPod again. */
export function registerReadRoutes(app: Api, deps: PictureDeps): void {
  registerListRoute(app, deps);
  app.get(
    '/api/trainings/:id',
    {
      schema: {
        ...operations.getTraining,
        params: idParamsSchema,
        response: { 200: trainingDetailSchema },
      },
    },
    async (request) => {
      const training = await findTraining(deps, request.params.id);
      const [viewDeps, version, check] = await Promise.all([
        withWaiting(deps, [training]),
        findTrainingVersion(deps, training),
        deps.store.findRunCheck(training.id),
      ]);
      return toTrainingDetail(viewDeps, training, { version, check });
    },
  );
  registerEventsRoute(app, deps);
  registerProgressRoute(app, deps);
  registerPollRoute(app, deps);
  registerPictureRoutes(app, deps);
}

function registerListRoute(app: Api, deps: ApiDeps): void {
  app.get(
    '/api/trainings',
    {
      schema: {
        ...operations.listTrainings,
        querystring: trainingListQuerySchema,
        response: { 200: trainingPageSchema },
      },
    },
    async (request) => {
      const { items, nextCursor } = await listReadableTrainings(deps, toTrainingQuery(request.query));
      const viewDeps = await withWaiting(deps, items);
      return {
        trainings: items.map((each) => toTrainingView(viewDeps, each)),
        next_cursor: toCursorOrNull('trainings', nextCursor),
      };
    },
  );
}

function toTrainingQuery(query: z.infer<typeof trainingListQuerySchema>): TrainingQuery {
  const subject = omitUndefined({ kind: query.kind, id: query.subject_id });
  return {
    ...omitUndefined({
      status: query.status,
      batchId: query.batch_id,
      needsAttention: query.needs_attention,
      userId: query.user_id,
      tenantId: query.tenant_id,
      cursor: query.cursor === undefined ? undefined : parseCursor('trainings', query.cursor),
    }),
    ...(Object.keys(subject).length > 0 && { subject }),
    limit: query.limit ?? PAGE_SIZE,
  };
}

function registerEventsRoute(app: Api, deps: ApiDeps): void {
  app.get(
    '/api/trainings/:id/events',
    {
      schema: {
        ...operations.listTrainingEvents,
        params: idParamsSchema,
        querystring: trainingEventsQuerySchema,
        response: { 200: trainingEventsSchema },
      },
    },
    async (request) => {
      const { id } = await findTraining(deps, request.params.id);
      const events = await deps.store.listEvents(id, request.query.after);
      return { training_id: id, events: events.map(toEventView) };
    },
  );
}
