import {
  cancelTraining,
  changeTrainingBudget,
  findTraining,
  releaseHold,
  reprioritizeTraining,
  resolveTraining,
} from '@trainyard/application';
import {
  trainingCancelSchema,
  trainingPatchSchema,
  trainingReleaseSchema,
  trainingResolveSchema,
  trainingViewSchema,
} from '@trainyard/contracts';
import type { ApiDeps } from '../../server/options.ts';
import type { Api } from '../../server/server.ts';
import { toTrainingView } from '../../views/training.ts';
import { idParamsSchema, problemResponses } from '../shared.ts';

const tags = ['trainings'];
const response = { 200: trainingViewSchema, ...problemResponses };

/** Registers the routes that change an accepted training: cancel, resolve, change and release. */
export function registerControlRoutes(app: Api, deps: ApiDeps): void {
  registerCancelRoute(app, deps);
  registerResolveRoute(app, deps);
  registerChangeRoute(app, deps);
  registerReleaseRoute(app, deps);
}

function registerCancelRoute(app: Api, deps: ApiDeps): void {
  app.post(
    '/api/trainings/:id/cancel',
    {
      config: { idempotency: 'repeatable' },
      schema: {
        tags,
        summary: 'Request the cancellation of a training',
        params: idParamsSchema,
        body: trainingCancelSchema.nullish(),
        response: { 202: trainingViewSchema, ...problemResponses },
      },
    },
    async (request, reply) => {
      const { id } = await findTraining(deps, request.params.id);
      const training = await cancelTraining(deps, id, request.body?.by ?? 'api');
      return reply.code(202).send(toTrainingView(deps, training));
    },
  );
}

function registerResolveRoute(app: Api, deps: ApiDeps): void {
  app.post(
    '/api/trainings/:id/resolve',
    {
      schema: {
        tags,
        summary: 'Resolve an attempt that needs an operator',
        params: idParamsSchema,
        body: trainingResolveSchema,
        response,
      },
    },
    async (request) => {
      const { body } = request;
      const { id } = await findTraining(deps, request.params.id);
      const { attempt } = body;
      const resolution =
        body.action === 'adopt'
          ? ({ attempt, action: body.action, runId: body.runpod_job_id } as const)
          : ({ attempt, action: body.action, runIsDead: body.run_is_dead } as const);
      return toTrainingView(deps, await resolveTraining(deps, id, resolution));
    },
  );
}

function registerChangeRoute(app: Api, deps: ApiDeps): void {
  app.patch(
    '/api/trainings/:id',
    {
      schema: {
        tags,
        summary: 'Change the priority or the budget of a queued training',
        params: idParamsSchema,
        body: trainingPatchSchema,
        response,
      },
    },
    async (request) => {
      const { priority, budget_usd: budgetUsd } = request.body;
      let training = await findTraining(deps, request.params.id);
      if (priority !== undefined) training = await reprioritizeTraining(deps, training.id, priority);
      if (budgetUsd !== undefined)
        training = await changeTrainingBudget(deps, training, { budgetUsd, by: 'api' });
      return toTrainingView(deps, training);
    },
  );
}

function registerReleaseRoute(app: Api, deps: ApiDeps): void {
  app.post(
    '/api/trainings/:id/release',
    {
      schema: {
        tags,
        summary: 'Release a training from its budget hold',
        params: idParamsSchema,
        body: trainingReleaseSchema.nullish(),
        response,
      },
    },
    async (request) => {
      const training = await findTraining(deps, request.params.id);
      return toTrainingView(deps, await releaseHold(deps, training, request.body?.by ?? 'api'));
    },
  );
}
