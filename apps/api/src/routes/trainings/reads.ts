import {
  findTraining,
  getDispatchStop,
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
import type { ApiDeps } from '../../server/options.ts';
import type { Api } from '../../server/server.ts';
import { toEventView, toTrainingDetail, toTrainingView } from '../../views/training.ts';
import { idParamsSchema, problemResponses } from '../shared.ts';
import { registerProgressRoute } from './progress.ts';

const tags = ['trainings'];
const PAGE_SIZE = 50;

/** Registers the routes that read trainings, their events and their progress. */
export function registerReadRoutes(app: Api, deps: ApiDeps): void {
  registerListRoute(app, deps);
  app.get(
    '/api/trainings/:id',
    {
      schema: {
        tags,
        summary: 'Get a training',
        params: idParamsSchema,
        response: { 200: trainingDetailSchema, ...problemResponses },
      },
    },
    async (request) => {
      const training = await findTraining(deps, request.params.id);
      return toTrainingDetail({ ...deps, stop: await getDispatchStop(deps) }, training);
    },
  );
  registerEventsRoute(app, deps);
  registerProgressRoute(app, deps);
}

function registerListRoute(app: Api, deps: ApiDeps): void {
  app.get(
    '/api/trainings',
    {
      schema: {
        tags,
        summary: 'List trainings, newest first',
        querystring: trainingListQuerySchema,
        response: { 200: trainingPageSchema, ...problemResponses },
      },
    },
    async (request) => {
      const { items, nextCursor } = await listReadableTrainings(deps, toTrainingQuery(request.query));
      const viewDeps = { ...deps, stop: await getDispatchStop(deps) };
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
        tags,
        summary: 'List the events of a training',
        params: idParamsSchema,
        querystring: trainingEventsQuerySchema,
        response: { 200: trainingEventsSchema, ...problemResponses },
      },
    },
    async (request) => {
      const { id } = await findTraining(deps, request.params.id);
      const events = await deps.store.listEvents(id, request.query.after);
      return { training_id: id, events: events.map(toEventView) };
    },
  );
}
