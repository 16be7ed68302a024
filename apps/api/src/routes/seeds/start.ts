import { setTimeout as wait } from 'node:timers/promises';
import { type AcceptedTraining, accept } from '@trainyard/application';
import {
  idempotencyHeadersSchema,
  seedProblemSchema,
  trainingStartAnswerSchema,
  trainingStartQuerySchema,
  trainingStartSchema,
} from '@trainyard/contracts';
import { isTerminal, type Training } from '@trainyard/domain';
import type { FastifyRequest } from 'fastify';
import { callerWebhook } from '../../commands/caller-webhook.ts';
import { claimOf } from '../../commands/fingerprint.ts';
import { inSeedWords, seedCommand } from '../../commands/seed-command.ts';
import type { ApiDeps, ApiOptions } from '../../options.ts';
import { answerWithSeedProblem } from '../../problems/reply.ts';
import { type Api, BODY_LIMITS } from '../../server/server.ts';
import { startAnswer } from '../../views/seed.ts';

const SUBMITTED_WAIT_MS = 30_000;
const LOOK_EVERY_MS = 100;
/** What may be added to the wait before the answer counts as stuck. */
const SLACK_MS = 15_000;

type StartRequest = FastifyRequest<{ Body: unknown }>;

const acceptSeed = async (
  deps: ApiDeps,
  request: StartRequest,
  command: ReturnType<typeof seedCommand>,
): Promise<AcceptedTraining> => {
  try {
    return await accept(deps, { ...command, ...claimOf(request, command.requestId) });
  } catch (error) {
    throw inSeedWords(error);
  }
};

const isSubmitted = (training: Training): boolean =>
  isTerminal(training) ||
  ('attempt' in training && training.attempt !== undefined && 'runId' in training.attempt);

interface Patience {
  readonly ms: number;
  /** Nobody waits in a process that is about to end. */
  readonly closing: AbortSignal;
}

/** Reads the record until the provider's run is known or the patience ends. */
const submitted = async (deps: ApiDeps, training: Training, patience: Patience): Promise<Training> => {
  const until = performance.now() + patience.ms;
  let known = training;
  while (!isSubmitted(known) && performance.now() < until && !patience.closing.aborted) {
    await wait(LOOK_EVERY_MS);
    known = (await deps.store.load(training.id)) ?? known;
  }
  return known;
};

const schema = {
  tags: ['seed'],
  summary: 'The seeds’ request for a training',
  headers: idempotencyHeadersSchema,
  querystring: trainingStartQuerySchema,
  body: trainingStartSchema,
  response: { 200: trainingStartAnswerSchema, '4xx': seedProblemSchema, '5xx': seedProblemSchema },
};

/** `POST /api/training/start` (SPEC §5.2): the body of seeds 001 and 003, the answer of seed 000. */
export const startRoute = (app: Api, deps: ApiDeps, options: ApiOptions): void => {
  const patienceMs = options.submittedWaitMs ?? SUBMITTED_WAIT_MS;
  const closing = new AbortController();
  app.addHook('preClose', async () => closing.abort());
  app.post(
    '/api/training/start',
    {
      config: { idempotency: 'own' },
      bodyLimit: BODY_LIMITS.workflow,
      handlerTimeout: patienceMs + SLACK_MS,
      errorHandler: answerWithSeedProblem,
      schema,
    },
    async (request, reply) => {
      const tunnel = await deps.publicUrlLease.read();
      const hosts = tunnel === undefined ? [] : [new URL(tunnel).host];
      const ownHosts = [...(options.ownHosts ?? []), ...hosts, request.host];
      const { notifyUrl, dropped } = callerWebhook(request.body.webhook, ownHosts);
      const command = {
        ...seedCommand(request.body),
        ...(notifyUrl !== undefined && { notifyUrl, notifyBody: 'seed' as const }),
      };
      const { training, replayed, changes } = await acceptSeed(deps, request, command);
      if (replayed) void reply.header('idempotency-replayed', 'true');
      const shown =
        request.query.wait === 'submitted'
          ? await submitted(deps, training, { ms: patienceMs, closing: closing.signal })
          : training;
      return startAnswer(deps, { training: shown, changes, webhookDropped: dropped });
    },
  );
};
