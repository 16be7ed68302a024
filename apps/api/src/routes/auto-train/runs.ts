import { autoTrain, getBatchProgress, cancelBatch, dryRun, reprioritizeBatch } from '@trainyard/application';
import {
  autoTrainCancelSchema,
  autoTrainListQuerySchema,
  autoTrainPageSchema,
  autoTrainPatchSchema,
  autoTrainProgressSchema,
  autoTrainRequestSchema,
  autoTrainRunSchema,
} from '@trainyard/contracts';
import type { BatchOrder } from '@trainyard/domain';
import type { z } from 'zod';
import { defined } from '../../commands/defined.ts';
import { givenBefore } from '../../idempotency/replay.ts';
import type { ApiDeps } from '../../options.ts';
import { cursorOrNull, readCursor } from '../../paging/cursor.ts';
import type { Api } from '../../server/server.ts';
import { batchView, dryRunView, progressView, runView } from '../../views/auto-train/runs.ts';
import { idParamsSchema } from '../params.ts';
import { problems } from '../problems.ts';

const tags = ['auto-train'];
const PAGE_SIZE = 50;

const orderOf = (deps: ApiDeps, body: z.output<typeof autoTrainRequestSchema>): BatchOrder =>
  defined({
    limit: body.limit ?? deps.settings.autoTrainLimit,
    actorIds: body.actor_ids,
    policy: body.policy,
    priority: body.priority,
    budgetUsd: body.budget_usd,
    includeUnreviewed: body.include_unreviewed,
  });

const startingRoute = (app: Api, deps: ApiDeps): void => {
  app.post(
    '/api/auto-train/runs',
    {
      config: { idempotency: 'repeatable' },
      schema: {
        tags,
        summary: 'Enqueue all eligible actors',
        body: autoTrainRequestSchema.nullish(),
        response: { 200: autoTrainRunSchema, 202: autoTrainRunSchema, ...problems },
      },
    },
    async (request, reply) => {
      const body = request.body ?? {};
      const order = orderOf(deps, body);
      const { maxConcurrency } = await deps.store.getControl();
      if (body.dry_run) return reply.send(dryRunView(await dryRun(deps, order), maxConcurrency));
      const { batch } = await autoTrain(deps, order, await givenBefore(deps, request, deps.ids.batch()));
      void reply.code(202).header('location', `/api/auto-train/runs/${batch.id}`);
      return reply.send(runView(deps, await getBatchProgress(deps, batch.id), maxConcurrency));
    },
  );
};

const readingRoutes = (app: Api, deps: ApiDeps): void => {
  app.get(
    '/api/auto-train/runs',
    {
      schema: {
        tags,
        summary: 'Runs, newest first',
        querystring: autoTrainListQuerySchema,
        response: { 200: autoTrainPageSchema, ...problems },
      },
    },
    async (request) => {
      const { limit = PAGE_SIZE, cursor } = request.query;
      const { items, nextCursor } = await deps.batches.list({
        limit,
        ...(cursor !== undefined && { cursor: readCursor('runs', cursor) }),
      });
      return { runs: items.map(batchView), next_cursor: cursorOrNull('runs', nextCursor) };
    },
  );
  app.get(
    '/api/auto-train/runs/:id',
    {
      schema: {
        tags,
        summary: 'How far a run is, and its summary',
        params: idParamsSchema,
        response: { 200: autoTrainProgressSchema, ...problems },
      },
    },
    async (request) => progressView(deps, await getBatchProgress(deps, request.params.id)),
  );
};

const steeringRoutes = (app: Api, deps: ApiDeps): void => {
  app.post(
    '/api/auto-train/runs/:id/cancel',
    {
      config: { idempotency: 'repeatable' },
      schema: {
        tags,
        summary: 'Cancel a run: what waits at once, what runs once the provider confirms it',
        params: idParamsSchema,
        body: autoTrainCancelSchema.nullish(),
        response: { 202: autoTrainProgressSchema, ...problems },
      },
    },
    async (request, reply) => {
      const { by = 'api', keep_running: keepRunning = false } = request.body ?? {};
      const progress = await cancelBatch(deps, request.params.id, { by, keepRunning });
      return reply.code(202).send(progressView(deps, progress));
    },
  );
  app.patch(
    '/api/auto-train/runs/:id',
    {
      schema: {
        tags,
        summary: 'Change the order of all trainings of a run that wait',
        params: idParamsSchema,
        body: autoTrainPatchSchema,
        response: { 200: autoTrainProgressSchema, ...problems },
      },
    },
    async (request) => {
      const { id } = request.params;
      return progressView(deps, await reprioritizeBatch(deps, id, request.body.priority));
    },
  );
};

/** Runs of auto-train (SPEC §8). */
export const runRoutes = (app: Api, deps: ApiDeps): void => {
  startingRoute(app, deps);
  readingRoutes(app, deps);
  steeringRoutes(app, deps);
};
