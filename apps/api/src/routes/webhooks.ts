import type { IncomingMessage } from 'node:http';
import { finished } from 'node:stream/promises';
import { recordWebhook, verifyWebhookToken, type WebhookSecrets } from '@trainyard/application';
import { webhookBodySchema, webhookQuerySchema, webhookResponseSchema } from '@trainyard/contracts';
import { type ParsedWebhook, readWebhook } from '@trainyard/runpod';
import type { FastifyRequest } from 'fastify';
import { WEBHOOK_PATHS } from '../mapping/legacy-command.ts';
import { EXAMPLE_IDS, EXAMPLES } from '../openapi/examples.ts';
import { describeOperations } from '../openapi/operation.ts';
import { BodyBudgetError, WebhookTokenError } from '../problems/errors.ts';
import { BODY_LIMITS, resolveLimits } from '../server/limits.ts';
import type { ApiDeps, ApiOptions } from '../server/options.ts';
import type { Api } from '../server/server.ts';

const description = {
  summary: 'Receive a webhook of RunPod',
  description:
    'The token in the query proves that Trainyard issued the URL. Every body is accepted, because a webhook is only a hint to ask RunPod for the run.',
  errors: ['invalid_webhook_token', 'body_too_large', 'body_budget_exceeded', 'redis_unavailable'],
  request: {
    query: { training: EXAMPLE_IDS.training, attempt: 1, token: '9f86d081884c7d659a2feaa0c55ad015' },
    body: EXAMPLES.trainings.run_webhook,
  },
  answers: { 200: { description: 'The webhook is recorded.', example: { received: true } } },
} as const;

const operations = describeOperations('webhooks', {
  receiveWebhook: description,
  receiveLegacyWebhook: description,
});

/** Operations by the path of their route. */
const OPERATIONS = [
  [WEBHOOK_PATHS[0], operations.receiveWebhook],
  [WEBHOOK_PATHS[1], operations.receiveLegacyWebhook],
] as const;

const schema = {
  querystring: webhookQuerySchema,
  body: webhookBodySchema,
  response: { 200: webhookResponseSchema },
};

interface AttemptRef {
  readonly trainingId: string;
  readonly attempt: number;
}

/**
 * Registers the webhook routes of RunPod. The token is verified before the body is read. A webhook is only a hint: it is
 * recorded and causes a poll of the run (I6).
 */
export async function registerWebhookRoutes(app: Api, deps: ApiDeps, options: ApiOptions): Promise<void> {
  const { webhooksPerSecond } = resolveLimits(options);
  const config = { access: 'public', rateLimit: { max: webhooksPerSecond, timeWindow: 1_000 } } as const;
  await app.register(async (scope) => {
    registerBodyParser(scope, deps);
    scope.addHook('onResponse', async (_request, reply) => {
      deps.metrics.webhooks.inc({ result: toWebhookResult(reply.statusCode) });
    });
    scope.addHook('onRequest', async (request) => {
      verifyWebhook(request.query, options.webhookSecrets);
      // The type is ignored, so that a malformed one is no reason to refuse a webhook.
      request.headers['content-type'] = 'application/json';
    });
    for (const [path, operation] of OPERATIONS)
      scope.post(
        path,
        { config, bodyLimit: BODY_LIMITS.webhook, schema: { ...operation, ...schema } },
        async (request) => {
          const target = verifyWebhook(request.query, options.webhookSecrets);
          await handleWebhook(deps, {
            target,
            webhook: (request.body ?? {}) as ParsedWebhook,
            log: request.log,
          });
          return { received: true } as const;
        },
      );
  });
}

/** Reads the bodies as they arrive; the body of a request is its {@link ParsedWebhook}. */
function registerBodyParser(scope: Api, deps: Pick<ApiDeps, 'webhookBodies' | 'metrics'>): void {
  scope.removeAllContentTypeParsers();
  scope.addContentTypeParser('*', async (request: FastifyRequest, payload: IncomingMessage) => {
    const body = deps.webhookBodies.receive(payload.iterator({ destroyOnReturn: false }), {
      declaredBytes: Number(request.headers['content-length'] ?? 0),
      maxBytes: BODY_LIMITS.webhook,
    });
    try {
      return await readWebhook(body);
    } catch (error) {
      if (error instanceof BodyBudgetError) {
        deps.metrics.refusals.inc({ limit: 'webhook_bodies' });
        // The caller reads the response only after it has sent its body.
        await finished(payload.resume());
      }
      throw error;
    }
  });
}

/**
 * Verifies the token of a webhook URL and returns its training and attempt. Throws WebhookTokenError for every fault of the
 * query.
 */
function verifyWebhook(query: unknown, secrets: WebhookSecrets | undefined): AttemptRef {
  const parsed = webhookQuerySchema.safeParse(query);
  if (!parsed.success || !secrets) throw new WebhookTokenError();
  const { training: trainingId, attempt, token } = parsed.data;
  if (!verifyWebhookToken(secrets, { trainingId, attempt }, token)) throw new WebhookTokenError();
  return { trainingId, attempt };
}

function toWebhookResult(status: number): 'accepted' | 'refused' | 'failed' {
  if (status < 400) return 'accepted';
  return status < 500 ? 'refused' : 'failed';
}

interface VerifiedWebhook {
  readonly target: AttemptRef;
  readonly webhook: ParsedWebhook;
  readonly log: FastifyRequest['log'];
}

/** Records a webhook. A body without run id and status is only logged; the run is polled in both cases. */
async function handleWebhook(deps: ApiDeps, { target, webhook, log }: VerifiedWebhook): Promise<void> {
  const { runId, status } = webhook;
  const ids = { training_id: target.trainingId, attempt: target.attempt };
  if (runId === undefined && status === undefined) {
    log.warn(ids, 'webhook_unrecognized');
    return deps.reconcileJobs.runNow(target.trainingId);
  }
  await recordWebhook(deps, target.trainingId, { attempt: target.attempt, ...webhook });
  log.info({ ...ids, runpod_job_id: runId, status }, 'webhook_received');
}
