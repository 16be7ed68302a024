import { findTraining, getWaitingReason, type TrainingQuery } from '@trainyard/application';
import {
  trainingDetailSchema,
  trainingEventsQuerySchema,
  trainingEventsSchema,
  trainingListQuerySchema,
  trainingPageSchema,
} from '@trainyard/contracts';
import type { z } from 'zod';
import { parseCursor, toCursorOrNull } from '../../mapping/cursor.ts';
import { defined } from '../../mapping/defined.ts';
import type { ApiDeps } from '../../server/options.ts';
import type { Api } from '../../server/server.ts';
import { toEventView } from '../../views/event.ts';
import { toTrainingDetail, toTrainingView } from '../../views/training.ts';
import { idParamsSchema } from '../params.ts';
import { problemResponses } from '../problems.ts';

const tags = ['trainings'];
const PAGE_SIZE = 50;

/** What tells of trainings. */
export function registerReadRoutes(app: Api, deps: ApiDeps): void {
  app.get(
    '/api/trainings',
    {
      schema: {
        tags,
        summary: 'Trainings, newest first',
        querystring: trainingListQuerySchema,
        response: { 200: trainingPageSchema, ...problemResponses },
      },
    },
    async (request) => {
      const { items, nextCursor } = await deps.store.list(toTrainingQuery(request.query));
      const known = { ...deps, waiting: await getWaitingReason(deps) };
      return {
        trainings: items.map((each) => toTrainingView(known, each)),
        next_cursor: toCursorOrNull('trainings', nextCursor),
      };
    },
  );
  app.get(
    '/api/trainings/:id',
    {
      schema: {
        tags,
        summary: 'One training, by any of its names',
        params: idParamsSchema,
        response: { 200: trainingDetailSchema, ...problemResponses },
      },
    },
    async (request) => {
      const training = await findTraining(deps, request.params.id);
      return toTrainingDetail({ ...deps, waiting: await getWaitingReason(deps) }, training);
    },
  );
  app.get(
    '/api/trainings/:id/events',
    {
      schema: {
        tags,
        summary: 'Everything that happened to it',
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

function toTrainingQuery(query: z.infer<typeof trainingListQuerySchema>): TrainingQuery {
  const subject = defined({ kind: query.kind, id: query.subject_id });
  return {
    ...defined({
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
