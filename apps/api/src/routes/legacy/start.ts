import { setTimeout as wait } from 'node:timers/promises';
import { type AcceptedTraining, accept } from '@trainyard/application';
import {
  idempotencyHeadersSchema,
  legacyProblemSchema,
  trainingStartQuerySchema,
  trainingStartResponseSchema,
  trainingStartSchema,
} from '@trainyard/contracts';
import { isTerminal, type Training } from '@trainyard/domain';
import type { FastifyRequest } from 'fastify';
import { toIdempotencyClaim } from '../../idempotency/fingerprint.ts';
import { resolveCallerWebhook } from '../../mapping/caller-webhook.ts';
import { parseLegacyRequest, toLegacyError } from '../../mapping/legacy-command.ts';
import { replyWithLegacyProblem } from '../../problems/reply.ts';
import type { ApiDeps, ApiOptions } from '../../server/options.ts';
import { type Api, BODY_LIMITS } from '../../server/server.ts';
import { toStartResponse } from '../../views/legacy.ts';

const SUBMITTED_WAIT_MS = 30_000;
const POLL_INTERVAL_MS = 100;
/** What may be added to the wait before the answer counts as stuck. */
const SLACK_MS = 15_000;

type StartRequest = FastifyRequest<{ Body: unknown }>;

/** `POST /api/training/start` (SPEC §5.2): the body of seeds 001 and 003, the answer of legacy 000. */
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
  /** Nobody waits in a process that is about to end. */
  readonly closing: AbortSignal;
}

/** Reads the record until the provider's run is known or the patience ends. */
async function waitUntilSubmitted(deps: ApiDeps, training: Training, options: SubmitWait): Promise<Training> {
  const until = performance.now() + options.timeoutMs;
  let known = training;
  while (!isSubmitted(known) && performance.now() < until && !options.closing.aborted) {
    await wait(POLL_INTERVAL_MS);
    known = (await deps.store.load(training.id)) ?? known;
  }
  return known;
}

const schema = {
  tags: ['legacy'],
  summary: 'The seeds’ request for a training',
  headers: idempotencyHeadersSchema,
  querystring: trainingStartQuerySchema,
  body: trainingStartSchema,
  response: { 200: trainingStartResponseSchema, '4xx': legacyProblemSchema, '5xx': legacyProblemSchema },
};
