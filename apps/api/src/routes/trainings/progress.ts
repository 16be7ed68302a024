import { getTrainingProgress, requestPoll, type TrainingProgress } from '@trainyard/application';
import { type TrainingProgressView, trainingProgressSchema, trainingViewSchema } from '@trainyard/contracts';
import { EXAMPLE_IDS, EXAMPLES } from '../../openapi/examples.ts';
import { describeOperations } from '../../openapi/operation.ts';
import type { ApiDeps } from '../../server/options.ts';
import type { Api } from '../../server/server.ts';
import { toIso, toIsoOrNull } from '../../views/training.ts';
import { toCurrentView } from '../../views/waiting.ts';
import { idParamsSchema, TRAINING_ERRORS } from '../shared.ts';

const operations = describeOperations('trainings', {
  getTrainingProgress: {
    summary: 'Get the loss curves and the times of the attempts of a training',
    description: 'Each curve has at most 500 points, thinned evenly over its steps.',
    errors: [...TRAINING_ERRORS, 'progress_not_kept', 'object_store_unavailable', 'object_store_refused'],
    request: { params: { id: EXAMPLE_IDS.training } },
    answers: { 200: { description: 'The attempts.', example: EXAMPLES.trainings.progress } },
  },
  pollTraining: {
    summary: 'Ask RunPod about a training now',
    description:
      'Runs the reconcile job of a live training at once instead of at its next poll. Requests within a second cause one call to RunPod. The answer is in `run_check` of the training, and every change is a live event.',
    errors: [
      ...TRAINING_ERRORS,
      'wrong_state',
      'recover_required',
      'object_store_unavailable',
      'object_store_refused',
      'corrupt_document',
    ],
    request: { params: { id: EXAMPLE_IDS.training } },
    answers: { 202: { description: 'The training before the answer.', example: EXAMPLES.trainings.running } },
  },
});

/** Registers the route that returns the loss curves and the times of a training's attempts. */
export function registerProgressRoute(app: Api, deps: ApiDeps): void {
  app.get(
    '/api/trainings/:id/progress',
    {
      schema: {
        ...operations.getTrainingProgress,
        params: idParamsSchema,
        response: { 200: trainingProgressSchema },
      },
    },
    async (request) => toProgressView(await getTrainingProgress(deps, request.params.id)),
  );
}

/** Registers the route that runs the reconcile job of a training now. */
export function registerPollRoute(app: Api, deps: ApiDeps): void {
  app.post(
    '/api/trainings/:id/poll',
    {
      config: { idempotency: 'repeatable' },
      schema: {
        ...operations.pollTraining,
        params: idParamsSchema,
        response: { 202: trainingViewSchema },
      },
    },
    async (request, reply) =>
      reply.code(202).send(await toCurrentView(deps, await requestPoll(deps, request.params.id))),
  );
}

function toProgressView({ training, attempts }: TrainingProgress): TrainingProgressView {
  return {
    attempts: attempts.map(({ number, points, ...times }) => ({
      number,
      points: points.map(([step, loss, at]) => [step, loss, toIso(at)]),
      phases: {
        accepted_at: toIso(training.acceptedAt),
        submitted_at: toIso(times.startedAt),
        started_running_at: toIsoOrNull(times.startedRunningAt),
        first_step_at: toIsoOrNull(times.firstStepAt),
        ended_at: toIsoOrNull(times.endedAt),
      },
    })),
  };
}
