import { setTimeout as wait } from 'node:timers/promises';
import { type AcceptedTraining, accept, findTraining } from '@trainyard/application';
import {
  idempotencyHeadersSchema,
  trainingStartQuerySchema,
  trainingStartResponseSchema,
  trainingStartSchema,
  trainingStatusRequestSchema,
  trainingStatusResponseSchema,
} from '@trainyard/contracts';
import { isTerminal, type Training } from '@trainyard/domain';
import type { FastifyRequest } from 'fastify';
import { parseLegacyRequest, resolveCallerWebhook, toLegacyError } from '../mapping/legacy-command.ts';
import { EXAMPLES } from '../openapi/examples.ts';
import { describeOperations } from '../openapi/operation.ts';
import { replyWithLegacyProblem } from '../problems/reply.ts';
import { toIdempotencyClaim } from '../server/idempotency.ts';
import { BODY_LIMITS } from '../server/limits.ts';
import type { ApiDeps, ApiOptions } from '../server/options.ts';
import type { Api } from '../server/server.ts';
import { toStartResponse, toStatusResponse } from '../views/legacy.ts';
import { ACCEPT_ERRORS, TRAINING_ERRORS } from './shared.ts';

const operations = describeOperations('legacy', {
  getLegacyTrainingStatus: {
    summary: 'Get the status of a training (legacy)',
    description: 'Takes exactly one id of a training and answers with a job status of RunPod.',
    errors: [...TRAINING_ERRORS],
    request: { body: { job_id: EXAMPLES.trainings.status.job_id } },
    answers: { 200: { description: 'The status.', example: EXAMPLES.trainings.status } },
  },
  startLegacyTraining: {
    summary: 'Create a training (legacy)',
    description:
      'Body and response of the legacy tools. `request_id` serves as Idempotency-Key when none is sent. `wait=submitted` delays the response until RunPod has accepted the run, at most 30 s.',
    errors: [...ACCEPT_ERRORS, 'training_unreadable', 'run_belongs_to_another'],
    legacyProblem: true,
    request: {
      body: {
        input: {
          training_data: { s3_urls: EXAMPLES.subjects.training_data.s3_urls },
          training_config: {
            mode: 'custom-actors',
            user_id: 'actor_maker_user',
            tenant_id: 'actor_maker',
            request_id: '0019_1763897402',
            model_name: 'actor_0019_V7',
            learning_rate: 0.0002,
            max_train_steps: 1500,
          },
        },
        webhook: 'https://studio.example.org/training-done',
      },
    },
    answers: { 200: { description: 'The accepted training.', example: EXAMPLES.trainings.started } },
  },
});

const SUBMITTED_WAIT_MS = 30_000;
const POLL_INTERVAL_MS = 100;
/** Added to the wait for the timeout of the handler. */
const SLACK_MS = 15_000;

type StartRequest = FastifyRequest<{ Body: unknown }>;

/** Registers `POST /api/training/start` of the legacy API (docs/compatibility.md). */
export function registerStartRoute(app: Api, deps: ApiDeps, options: ApiOptions): void {
  const submitTimeoutMs = options.submitWaitMs ?? SUBMITTED_WAIT_MS;
  const closing = new AbortController();
  app.addHook('preClose', async () => closing.abort());
  app.post(
    '/api/training/start',
    {
      config: { idempotency: 'own' },
      bodyLimit: BODY_LIMITS.workflow,
      handlerTimeout: submitTimeoutMs + SLACK_MS,
      errorHandler: replyWithLegacyProblem,
      schema,
    },
    async (request, reply) => {
      const tunnel = await deps.publicUrlLease.read();
      const hosts = tunnel === undefined ? [] : [new URL(tunnel).host];
      const ownHosts = [...(options.ownHosts ?? []), ...hosts, request.host];
      const { notifyUrl, dropped } = resolveCallerWebhook(request.body.webhook, ownHosts);
      const command = {
        ...parseLegacyRequest(request.body),
        ...(notifyUrl !== undefined && { notifyUrl, notifyPayload: 'legacy' as const }),
      };
      const { training, replayed, changes } = await acceptLegacy(deps, request, command);
      if (replayed) void reply.header('idempotency-replayed', 'true');
      const shown =
        request.query.wait === 'submitted'
          ? await waitUntilSubmitted(deps, training, { timeoutMs: submitTimeoutMs, closing: closing.signal })
          : training;
      return toStartResponse(deps, { training: shown, changes, webhookDropped: dropped });
    },
  );
}

async function acceptLegacy(
  deps: ApiDeps,
  request: StartRequest,
  command: ReturnType<typeof parseLegacyRequest>,
): Promise<AcceptedTraining> {
  try {
    return await accept(deps, { ...command, ...toIdempotencyClaim(request, command.requestId) });
  } catch (error) {
    throw toLegacyError(error);
  }
}

function isSubmitted(training: Training): boolean {
  return (
    isTerminal(training) ||
    ('attempt' in training && training.attempt !== undefined && 'runId' in training.attempt)
  );
}

interface SubmitWait {
  readonly timeoutMs: number;
  /** Ends the wait when the process shuts down. */
  readonly closing: AbortSignal;
}

/** Polls the training until RunPod has accepted its run, the training has ended, or the timeout has passed. */
async function waitUntilSubmitted(deps: ApiDeps, training: Training, options: SubmitWait): Promise<Training> {
  const deadline = performance.now() + options.timeoutMs;
  let latest = training;
  while (!isSubmitted(latest) && performance.now() < deadline && !options.closing.aborted) {
    await wait(POLL_INTERVAL_MS);
    latest = (await deps.store.load(training.id)) ?? latest;
  }
  return latest;
}

const schema = {
  ...operations.startLegacyTraining,
  headers: idempotencyHeadersSchema,
  querystring: trainingStartQuerySchema,
  body: trainingStartSchema,
  response: { 200: trainingStartResponseSchema },
};

/** Registers `POST /api/training/status` of the legacy API. */
export function registerStatusRoute(app: Api, deps: ApiDeps): void {
  app.post(
    '/api/training/status',
    {
      config: { access: 'read' },
      schema: {
        ...operations.getLegacyTrainingStatus,
        body: trainingStatusRequestSchema,
        response: { 200: trainingStatusResponseSchema },
      },
    },
    async (request) => {
      const [id = ''] = Object.values(request.body).filter((each) => each !== undefined);
      return toStatusResponse(deps, await findTraining(deps, id));
    },
  );
}
