import { autoTrain, candidates } from '@trainyard/application';
import {
  autoTrainProgressSchema,
  autoTrainRequestSchema,
  autoTrainRunSchema,
  candidatesQuerySchema,
  candidatesSchema,
} from '@trainyard/contracts';
import type { Training } from '@trainyard/domain';
import { defined } from '../commands/defined.ts';
import type { ApiDeps } from '../options.ts';
import type { Api } from '../server/server.ts';
import { autoTrainProgress, autoTrainRunView, candidateView } from '../views/auto-train.ts';
import { idParamsSchema } from './params.ts';
import { problems } from './problems.ts';

const tags = ['auto-train'];
const PAGE_SIZE = 500;

/** Thrown when no training belongs to that run. */
class BatchNotFoundError extends Error {
  readonly code = 'batch_not_found';
  constructor(id: string) {
    super(`There is no run of auto-train ${id} that enqueued a training`);
    this.name = 'BatchNotFoundError';
  }
}

/** All trainings of a batch, in the order in which they were enqueued. */
const batchOf = async (deps: ApiDeps, batchId: string): Promise<readonly Training[]> => {
  const trainings: Training[] = [];
  let cursor: string | undefined;
  do {
    const page = await deps.store.list({ batchId, limit: PAGE_SIZE, ...defined({ cursor }) });
    trainings.push(...page.items);
    cursor = page.nextCursor;
  } while (cursor !== undefined);
  return trainings.reverse();
};

const candidateRoute = (app: Api, deps: ApiDeps): void => {
  app.get(
    '/api/auto-train/candidates',
    {
      schema: {
        tags,
        summary: 'Every actor, with the verdict',
        querystring: candidatesQuerySchema,
        response: { 200: candidatesSchema, ...problems },
      },
    },
    async (request) => {
      const all = await candidates(deps, defined({ includeUnreviewed: request.query.include_unreviewed }));
      return {
        candidates: all.map(candidateView),
        eligible_count: all.filter(({ eligible }) => eligible).length,
      };
    },
  );
};

/** Auto-train (SPEC §8). */
export const autoTrainRoutes = (app: Api, deps: ApiDeps): void => {
  candidateRoute(app, deps);
  app.post(
    '/api/auto-train/runs',
    {
      schema: {
        tags,
        summary: 'Enqueue all eligible actors',
        body: autoTrainRequestSchema.nullish(),
        response: { 200: autoTrainRunSchema, 202: autoTrainRunSchema, ...problems },
      },
    },
    async (request, reply) => {
      const { dry_run: dryRun = false, actor_ids, include_unreviewed, ...rest } = request.body ?? {};
      const limit = rest.limit ?? deps.settings.autoTrainLimit;
      const command = defined({
        ...rest,
        limit,
        actorIds: actor_ids,
        includeUnreviewed: include_unreviewed,
      });
      const run = await autoTrain(deps, { ...command, dryRun });
      if (!dryRun) void reply.code(202).header('location', `/api/auto-train/runs/${run.batchId}`);
      return reply.send(autoTrainRunView(deps, run, dryRun));
    },
  );
  app.get(
    '/api/auto-train/runs/:id',
    {
      schema: {
        tags,
        summary: 'How far a run is',
        params: idParamsSchema,
        response: { 200: autoTrainProgressSchema, ...problems },
      },
    },
    async (request) => {
      const { id } = request.params;
      const trainings = await batchOf(deps, id);
      if (trainings.length === 0) throw new BatchNotFoundError(id);
      return autoTrainProgress(deps, id, trainings);
    },
  );
};
