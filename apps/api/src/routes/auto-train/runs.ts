import { autoTrain, cancelBatch, dryRun, getBatchProgress, reprioritizeBatch } from '@trainyard/application';
import {
  autoTrainCancelSchema,
  autoTrainListQuerySchema,
  autoTrainPageSchema,
  autoTrainPatchSchema,
  autoTrainProgressSchema,
  autoTrainRequestSchema,
  autoTrainRunSchema,
} from '@trainyard/contracts';
import { type BatchOrder, omitUndefined } from '@trainyard/domain';
import type { z } from 'zod';
import { parseCursor, toCursorOrNull } from '../../mapping/cursor.ts';
import { getOrReserveId } from '../../server/idempotency.ts';
import type { ApiDeps } from '../../server/options.ts';
import type { Api } from '../../server/server.ts';
import { toBatchView, toDryRunView, toProgressView, toRunView } from '../../views/auto-train.ts';
import { idParamsSchema, problemResponses } from '../shared.ts';

const tags = ['auto-train'];
const PAGE_SIZE = 50;

/** Registers the routes of auto-train runs: start, read, cancel and reorder (docs/concepts/auto-train.md). */
export function registerRunRoutes(app: Api, deps: ApiDeps): void {
  registerStartRoute(app, deps);
  registerReadRoutes(app, deps);
  registerControlRoutes(app, deps);
}

function toBatchOrder(deps: ApiDeps, body: z.output<typeof autoTrainRequestSchema>): BatchOrder {
  return omitUndefined({
    limit: body.limit ?? deps.settings.autoTrainLimit,
    actorIds: body.actor_ids,
    policy: body.policy,
    priority: body.priority,
    budgetUsd: body.budget_usd,
    includeUnreviewed: body.include_unreviewed,
  });
}

function registerStartRoute(app: Api, deps: ApiDeps): void {
  app.post(
    '/api/auto-train/runs',
    {
      config: { idempotency: 'repeatable' },
      schema: {
        tags,
        summary: 'Enqueue a training for each eligible actor',
        body: autoTrainRequestSchema.nullish(),
        response: { 200: autoTrainRunSchema, 202: autoTrainRunSchema, ...problemResponses },
      },
    },
    async (request, reply) => {
      const body = request.body ?? {};
      const order = toBatchOrder(deps, body);
      const { maxConcurrency } = await deps.store.getControl();
      if (body.dry_run) return reply.send(toDryRunView(await dryRun(deps, order), maxConcurrency));
      const { batch } = await autoTrain(deps, order, await getOrReserveId(deps, request, deps.ids.batch()));
      void reply.code(202).header('location', `/api/auto-train/runs/${batch.id}`);
      return reply.send(toRunView(deps, await getBatchProgress(deps, batch.id), maxConcurrency));
    },
  );
}

function registerReadRoutes(app: Api, deps: ApiDeps): void {
  app.get(
    '/api/auto-train/runs',
    {
      schema: {
        tags,
        summary: 'List auto-train runs, newest first',
        querystring: autoTrainListQuerySchema,
        response: { 200: autoTrainPageSchema, ...problemResponses },
      },
    },
    async (request) => {
      const { limit = PAGE_SIZE, cursor } = request.query;
      const { items, unreadable, nextCursor } = await deps.batches.list({
        limit,
        ...(cursor !== undefined && { cursor: parseCursor('runs', cursor) }),
      });
      for (const { id, fault } of unreadable) deps.log.error('batch_unreadable', { batch_id: id, fault });
      return { runs: items.map(toBatchView), next_cursor: toCursorOrNull('runs', nextCursor) };
    },
  );
  app.get(
    '/api/auto-train/runs/:id',
    {
      schema: {
        tags,
        summary: 'Get an auto-train run with its progress and summary',
        params: idParamsSchema,
        response: { 200: autoTrainProgressSchema, ...problemResponses },
      },
    },
    async (request) => toProgressView(deps, await getBatchProgress(deps, request.params.id)),
  );
}

function registerControlRoutes(app: Api, deps: ApiDeps): void {
  app.post(
    '/api/auto-train/runs/:id/cancel',
    {
      config: { idempotency: 'repeatable' },
      schema: {
        tags,
        summary: 'Cancel the trainings of an auto-train run',
        params: idParamsSchema,
        body: autoTrainCancelSchema.nullish(),
        response: { 202: autoTrainProgressSchema, ...problemResponses },
      },
    },
    async (request, reply) => {
      const { by = 'api', keep_running: keepRunning = false } = request.body ?? {};
      const progress = await cancelBatch(deps, request.params.id, { by, keepRunning });
      return reply.code(202).send(toProgressView(deps, progress));
    },
  );
  app.patch(
    '/api/auto-train/runs/:id',
    {
      schema: {
        tags,
        summary: 'Change the priority of the queued trainings of an auto-train run',
        params: idParamsSchema,
        body: autoTrainPatchSchema,
        response: { 200: autoTrainProgressSchema, ...problemResponses },
      },
    },
    async (request) => {
      const { id } = request.params;
      return toProgressView(deps, await reprioritizeBatch(deps, id, request.body.priority));
    },
  );
}
