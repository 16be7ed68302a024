import { recordWebhook, verifyWebhookToken, type WebhookSecrets } from '@trainyard/application';
import { webhookBodySchema, webhookQuerySchema, webhookResponseSchema } from '@trainyard/contracts';
import { parseWebhook } from '@trainyard/runpod';
import type { FastifyRequest } from 'fastify';
import { WebhookTokenError } from '../access/errors.ts';
import { WEBHOOK_PATHS } from '../mapping/caller-webhook.ts';
import { defined } from '../mapping/defined.ts';
import { isTooDeep } from '../server/json.ts';
import type { ApiDeps, ApiOptions } from '../server/options.ts';
import { type Api, BODY_LIMITS } from '../server/server.ts';
import { problemResponses } from './problems.ts';

interface AttemptRef {
  readonly trainingId: string;
  readonly attempt: number;
}

/** Webhooks in (SPEC §5.3): the token is looked at before the body is read; nothing in the body is believed. */
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
    for (const path of WEBHOOK_PATHS)
      scope.post(
        path,
        {
          config: { access: 'public' },
          bodyLimit: BODY_LIMITS.webhook,
          schema: {
            tags: ['webhooks'],
            security: [],
            summary: 'RunPod says that a run has ended; a hint, never the truth',
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

/** Whom the address was given out for. Throws WebhookTokenError, whatever is wrong with it. */
function verifyWebhook(query: unknown, secrets: WebhookSecrets | undefined): AttemptRef {
  const read = webhookQuerySchema.safeParse(query);
  if (!read.success || !secrets) throw new WebhookTokenError();
  const { training: trainingId, attempt, token } = read.data;
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

/** Keeps the hint. A body that says nothing is logged, and still someone looks: the address was ours. */
async function handleWebhook(deps: ApiDeps, request: FastifyRequest, target: AttemptRef): Promise<void> {
  const { runId, status, output, error } = parseWebhook(request.body);
  const ids = { training_id: target.trainingId, attempt: target.attempt };
  if (runId === undefined && status === undefined) {
    request.log.warn(ids, 'webhook_unrecognized');
    return deps.reconcileJobs.runNow(target.trainingId);
  }
  await recordWebhook(deps, target.trainingId, {
    attempt: target.attempt,
    ...defined({ runId, status, output, error }),
  });
  request.log.info({ ...ids, runpod_job_id: runId, status }, 'webhook_received');
}
