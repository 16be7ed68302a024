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
import { idParamsSchema } from '../params.ts';
import { problemResponses } from '../problems.ts';

const tags = ['trainings'];

/** What changes a training that is under way. */
export function registerControlRoutes(app: Api, deps: ApiDeps): void {
  app.post(
    '/api/trainings/:id/cancel',
    {
      config: { idempotency: 'repeatable' },
      schema: {
        tags,
        summary: 'Ask for a cancel; it counts once the provider confirms it',
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
  app.post(
    '/api/trainings/:id/resolve',
    {
      schema: {
        tags,
        summary: 'Settle a submission in doubt by a person’s word',
        params: idParamsSchema,
        body: trainingResolveSchema,
        response: { 200: trainingViewSchema, ...problemResponses },
      },
    },
    async (request) => {
      const { body } = request;
      const { id } = await findTraining(deps, request.params.id);
      const decision =
        body.action === 'adopt'
          ? ({ action: body.action, runId: body.runpod_job_id } as const)
          : ({ action: body.action, runIsDead: body.run_is_dead } as const);
      const { attempt } = body;
      const resolution = { ...decision, ...(attempt !== undefined && { attempt }) };
      return toTrainingView(deps, await resolveTraining(deps, id, resolution));
    },
  );
  app.patch(
    '/api/trainings/:id',
    {
      schema: {
        tags,
        summary: 'Change order or budget of one that waits',
        params: idParamsSchema,
        body: trainingPatchSchema,
        response: { 200: trainingViewSchema, ...problemResponses },
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
  app.post(
    '/api/trainings/:id/release',
    {
      schema: {
        tags,
        summary: 'Let one that a budget holds wait its turn, whatever the budget says',
        params: idParamsSchema,
        body: trainingReleaseSchema.nullish(),
        response: { 200: trainingViewSchema, ...problemResponses },
      },
    },
    async (request) => {
      const training = await findTraining(deps, request.params.id);
      return toTrainingView(deps, await releaseHold(deps, training, request.body?.by ?? 'api'));
    },
  );
}
