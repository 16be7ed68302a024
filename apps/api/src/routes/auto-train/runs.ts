import {
  autoTrain,
  cancelBatch,
  dryRun,
  getBatchProgress,
  readRunStart,
  reprioritizeBatch,
} from '@trainyard/application';
import {
  autoTrainCancelSchema,
  autoTrainListQuerySchema,
  autoTrainPageSchema,
  autoTrainPatchSchema,
  autoTrainProgressSchema,
  autoTrainRequestSchema,
  autoTrainRunSchema,
} from '@trainyard/contracts';
import { type BatchOrder, omitUndefined, toSubjectId } from '@trainyard/domain';
import type { z } from 'zod';
import { parseCursor, toCursorOrNull } from '../../mapping/cursor.ts';
import { EXAMPLE_IDS, EXAMPLES } from '../../openapi/examples.ts';
import { describeOperations } from '../../openapi/operation.ts';
import { getOrReserveId } from '../../server/idempotency.ts';
import type { ApiDeps } from '../../server/options.ts';
import type { Api } from '../../server/server.ts';
import { toBatchView, toDryRunView, toProgressView, toRunView } from '../../views/auto-train.ts';
import { idParamsSchema, STORE_ERRORS } from '../shared.ts';
import { registerRunEventRoutes } from './events.ts';

const operations = describeOperations('auto-train', {
  startAutoTrain: {
    summary: 'Enqueue a training for each eligible actor',
    description:
      'Enqueues the trainings of one batch at once, with a low priority, so that manual requests overtake them. A dry run plans the batch and saves nothing.',
    errors: [
      ...STORE_ERRORS,
      'batch_not_found',
      'price_unknown',
      'recover_required',
      'storage_full',
      'training_unreadable',
    ],
    request: { body: { limit: 2, budget_usd: 20 } },
    answers: {
      200: { description: 'The planned batch of a dry run.', example: EXAMPLES.autoTrain.dry_run },
      202: { description: 'The batch.', example: EXAMPLES.autoTrain.run, headers: ['Location'] },
    },
  },
  listAutoTrainRuns: {
    summary: 'List auto-train runs, newest first',
    description: 'Returns the batches of manual and scheduled runs.',
    errors: ['invalid_cursor'],
    request: { query: { limit: 20 } },
    answers: { 200: { description: 'A page of batches.', example: EXAMPLES.autoTrain.page } },
  },
  getAutoTrainRun: {
    summary: 'Get an auto-train run with its progress and summary',
    description: 'The summary is final once `done` is true.',
    errors: ['batch_not_found', 'corrupt_document', 'training_unreadable'],
    request: { params: { id: EXAMPLE_IDS.batch } },
    answers: { 200: { description: 'The batch with its trainings.', example: EXAMPLES.autoTrain.progress } },
  },
  cancelAutoTrainRun: {
    summary: 'Cancel the trainings of an auto-train run',
    description:
      'Enqueues no further training of the batch and cancels the others. With `keep_running` active trainings finish.',
    errors: [
      'batch_not_found',
      'corrupt_document',
      'training_unreadable',
      'recover_required',
      'precondition_failed',
    ],
    request: { params: { id: EXAMPLE_IDS.batch }, body: { keep_running: true } },
    answers: { 202: { description: 'The batch with its trainings.', example: EXAMPLES.autoTrain.progress } },
  },
  updateAutoTrainRun: {
    summary: 'Change the priority of the queued trainings of an auto-train run',
    description: 'Applies to queued trainings and to those that are still to be enqueued.',
    errors: [
      'batch_not_found',
      'corrupt_document',
      'training_unreadable',
      'recover_required',
      'precondition_failed',
    ],
    request: { params: { id: EXAMPLE_IDS.batch }, body: { priority: 5 } },
    answers: { 200: { description: 'The batch with its trainings.', example: EXAMPLES.autoTrain.progress } },
  },
});

const PAGE_SIZE = 50;

/** Registers the routes of auto-train runs: start, read, cancel, reorder and list events (docs/concepts/auto-train.md). */
export function registerRunRoutes(app: Api, deps: ApiDeps): void {
  registerStartRoute(app, deps);
  registerReadRoutes(app, deps);
  registerControlRoutes(app, deps);
  registerRunEventRoutes(app, deps);
}

function toBatchOrder(deps: ApiDeps, body: z.output<typeof autoTrainRequestSchema>): BatchOrder {
  return omitUndefined({
    limit: body.limit ?? (body.all ? undefined : deps.settings.autoTrainLimit),
    all: body.all,
    validation: body.validation,
    samplePrompts: body.sample_prompts,
    actorIds: body.actor_ids && listActorIds(body.actor_ids),
    confirmedActorIds: body.confirmed_actor_ids && listActorIds(body.confirmed_actor_ids),
    policy: body.policy,
    priority: body.priority,
    budgetUsd: body.budget_usd,
    includeUnreviewed: body.include_unreviewed,
  });
}

/** Two spellings of a number are a single actor. */
function listActorIds(spellings: readonly string[]): readonly string[] {
  return [...new Set(spellings.map((id) => toSubjectId('actor', id)))];
}

function registerStartRoute(app: Api, deps: ApiDeps): void {
  app.post(
    '/api/auto-train/runs',
    {
      config: { idempotency: 'repeatable' },
      schema: {
        ...operations.startAutoTrain,
        body: autoTrainRequestSchema.nullish(),
        response: { 200: autoTrainRunSchema, 202: autoTrainRunSchema },
      },
    },
    async (request, reply) => {
      const body = request.body ?? {};
      const order = toBatchOrder(deps, body);
      const start = await readRunStart(deps);
      if (body.dry_run) return reply.send(await toDryRunView(deps, order, await dryRun(deps, order), start));
      const { batch } = await autoTrain(deps, order, await getOrReserveId(deps, request, deps.ids.batch()));
      void reply.code(202).header('location', `/api/auto-train/runs/${batch.id}`);
      return reply.send(await toRunView(deps, await getBatchProgress(deps, batch.id), start));
    },
  );
}

function registerReadRoutes(app: Api, deps: ApiDeps): void {
  app.get(
    '/api/auto-train/runs',
    {
      schema: {
        ...operations.listAutoTrainRuns,
        querystring: autoTrainListQuerySchema,
        response: { 200: autoTrainPageSchema },
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
        ...operations.getAutoTrainRun,
        params: idParamsSchema,
        response: { 200: autoTrainProgressSchema },
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
        ...operations.cancelAutoTrainRun,
        params: idParamsSchema,
        body: autoTrainCancelSchema.nullish(),
        response: { 202: autoTrainProgressSchema },
      },
    },
    async (request, reply) => {
      const { by = 'api', keep_running: keepRunning = false } = request.body ?? {};
      const progress = await cancelBatch(deps, request.params.id, { by, keepRunning });
      return reply.code(202).send(await toProgressView(deps, progress));
    },
  );
  app.patch(
    '/api/auto-train/runs/:id',
    {
      schema: {
        ...operations.updateAutoTrainRun,
        params: idParamsSchema,
        body: autoTrainPatchSchema,
        response: { 200: autoTrainProgressSchema },
      },
    },
    async (request) => {
      const { id } = request.params;
      return toProgressView(deps, await reprioritizeBatch(deps, id, request.body.priority));
    },
  );
}
