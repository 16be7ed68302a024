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
import { EXAMPLE_IDS, EXAMPLES } from '../../openapi/examples.ts';
import { describeOperations } from '../../openapi/operation.ts';
import type { ApiDeps } from '../../server/options.ts';
import type { Api } from '../../server/server.ts';
import { toCurrentView } from '../../views/waiting.ts';
import { idParamsSchema, TRAINING_ERRORS } from '../shared.ts';

const operations = describeOperations('trainings', {
  cancelTraining: {
    summary: 'Request the cancellation of a training',
    description:
      'A queued training ends at once. A run is cancelled at RunPod, and the training ends once RunPod confirms the end of the run. A success that overtakes the request is kept.',
    errors: [...TRAINING_ERRORS, 'recover_required'],
    request: { params: { id: EXAMPLE_IDS.training }, body: { by: 'actor_maker_user' } },
    answers: {
      202: {
        description: 'The training, cancelled or being cancelled.',
        example: EXAMPLES.trainings.running,
      },
    },
  },
  resolveTraining: {
    summary: 'Resolve an attempt that needs an operator',
    description:
      'Decides an unconfirmed submission, a run past its deadline that RunPod does not answer for, or an unverified output. `adopt` names the run; `resubmit` and `fail` confirm that no run of the attempt is alive.',
    errors: [...TRAINING_ERRORS, 'wrong_state', 'run_belongs_to_another', 'recover_required'],
    request: {
      params: { id: EXAMPLE_IDS.training },
      body: { action: 'adopt', attempt: 1, runpod_job_id: '7e1838c6-bd2c-4068-a6dd-da6732afe5e9-u1' },
    },
    answers: {
      200: { description: 'The training after the decision.', example: EXAMPLES.trainings.running },
    },
  },
  updateTraining: {
    summary: 'Change the priority or the budget of a queued training',
    description:
      'Lower priorities run first. A higher budget releases a training that only its own budget held.',
    errors: [...TRAINING_ERRORS, 'wrong_state', 'budget_exceeded', 'price_unknown', 'recover_required'],
    request: { params: { id: EXAMPLE_IDS.training }, body: { priority: 1, budget_usd: 5 } },
    answers: { 200: { description: 'The changed training.', example: EXAMPLES.trainings.queued } },
  },
  releaseTraining: {
    summary: 'Release a training from its budget hold',
    description: 'The training runs in spite of its budgets.',
    errors: [...TRAINING_ERRORS, 'wrong_state', 'recover_required'],
    request: { params: { id: EXAMPLE_IDS.training }, body: { by: 'actor_maker_user' } },
    answers: { 200: { description: 'The released training.', example: EXAMPLES.trainings.queued } },
  },
});

const response = { 200: trainingViewSchema };

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
        ...operations.cancelTraining,
        params: idParamsSchema,
        body: trainingCancelSchema.nullish(),
        response: { 202: trainingViewSchema },
      },
    },
    async (request, reply) => {
      const { id } = await findTraining(deps, request.params.id);
      const training = await cancelTraining(deps, id, request.body?.by ?? 'api');
      return reply.code(202).send(await toCurrentView(deps, training));
    },
  );
}

function registerResolveRoute(app: Api, deps: ApiDeps): void {
  app.post(
    '/api/trainings/:id/resolve',
    {
      schema: {
        ...operations.resolveTraining,
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
      return toCurrentView(deps, await resolveTraining(deps, id, resolution));
    },
  );
}

function registerChangeRoute(app: Api, deps: ApiDeps): void {
  app.patch(
    '/api/trainings/:id',
    {
      schema: {
        ...operations.updateTraining,
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
      return toCurrentView(deps, training);
    },
  );
}

function registerReleaseRoute(app: Api, deps: ApiDeps): void {
  app.post(
    '/api/trainings/:id/release',
    {
      schema: {
        ...operations.releaseTraining,
        params: idParamsSchema,
        body: trainingReleaseSchema.nullish(),
        response,
      },
    },
    async (request) => {
      const training = await findTraining(deps, request.params.id);
      return toCurrentView(deps, await releaseHold(deps, training, request.body?.by ?? 'api'));
    },
  );
}
