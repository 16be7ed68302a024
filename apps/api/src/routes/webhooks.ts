import { recordWebhook, verifyWebhookToken, type WebhookSecrets } from '@trainyard/application';
import { webhookBodySchema, webhookQuerySchema, webhookResponseSchema } from '@trainyard/contracts';
import { omitUndefined } from '@trainyard/domain';
import { parseWebhook } from '@trainyard/runpod';
import type { FastifyRequest } from 'fastify';
import { WEBHOOK_PATHS } from '../mapping/legacy-command.ts';
import { WebhookTokenError } from '../problems/errors.ts';
import { BODY_LIMITS, resolveLimits } from '../server/limits.ts';
import type { ApiDeps, ApiOptions } from '../server/options.ts';
import { type Api, isTooDeep } from '../server/server.ts';
import { problemResponses } from './shared.ts';

interface AttemptRef {
  readonly trainingId: string;
  readonly attempt: number;
}

/**
 * Registers the webhook routes of RunPod. The token is verified before the body is read. A webhook is only a hint: it is
 * recorded and causes a poll of the run (I6).
 */
export async function registerWebhookRoutes(app: Api, deps: ApiDeps, options: ApiOptions): Promise<void> {
  await app.register(async (scope) => {
    scope.removeAllContentTypeParsers();
    scope.addContentTypeParser(
      '*',
      { parseAs: 'string' },
      async (_request: FastifyRequest, body: string | Buffer) => parseBody(body.toString()),
    );
    scope.addHook('onResponse', async (_request, reply) => {
      deps.metrics.webhooks.inc({ result: toWebhookResult(reply.statusCode) });
    });
    scope.addHook('onRequest', async (request) => {
      verifyWebhook(request.query, options.webhookSecrets);
    });
    const rateLimit = { max: resolveLimits(options).webhooksPerSecond, timeWindow: 1_000 };
    const config = { access: 'public', rateLimit } as const;
    for (const path of WEBHOOK_PATHS)
      scope.post(
        path,
        {
          config,
          bodyLimit: BODY_LIMITS.webhook,
          schema: {
            tags: ['webhooks'],
            security: [],
            summary: 'Receive a webhook of RunPod',
            querystring: webhookQuerySchema,
            body: webhookBodySchema,
            response: { 200: webhookResponseSchema, ...problemResponses },
          },
        },
        async (request) => {
          await handleWebhook(deps, request, verifyWebhook(request.query, options.webhookSecrets));
          return { received: true } as const;
        },
      );
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

function parseBody(text: string): unknown {
  try {
    const value: unknown = JSON.parse(text);
    return isTooDeep(value) ? undefined : value;
  } catch {
    return undefined;
  }
}

/** Records a webhook. A body without run id and status is only logged; the run is polled in both cases. */
async function handleWebhook(deps: ApiDeps, request: FastifyRequest, target: AttemptRef): Promise<void> {
  const { runId, status, output, error } = parseWebhook(request.body);
  const ids = { training_id: target.trainingId, attempt: target.attempt };
  if (runId === undefined && status === undefined) {
    request.log.warn(ids, 'webhook_unrecognized');
    return deps.reconcileJobs.runNow(target.trainingId);
  }
  await recordWebhook(deps, target.trainingId, {
    attempt: target.attempt,
    ...omitUndefined({ runId, status, output, error }),
  });
  request.log.info({ ...ids, runpod_job_id: runId, status }, 'webhook_received');
}
