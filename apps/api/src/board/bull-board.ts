import { createBullBoard } from '@bull-board/api';
import { BullMQAdapter } from '@bull-board/api/bullMQAdapter';
import { FastifyAdapter } from '@bull-board/fastify';
import type { Queue } from 'bullmq';
import { ReadOnlyBoardError } from '../problems/errors.ts';
import { replyWithProblem } from '../problems/reply.ts';
import { CONTENT_SECURITY } from '../server/content-security.ts';
import type { ApiDeps } from '../server/options.ts';
import { redact } from '../server/redaction.ts';
import type { Api } from '../server/server.ts';
import { TrainingQueueAdapter } from './training-queue.ts';

const BOARD_PATH = '/admin/queues';
/** Bull Board's page links a font of a different site, which would see every visit. Its styles name fallback fonts. */
const FOREIGN_STYLESHEET = /<link href="https:[^>]* rel="stylesheet">/;
const DESCRIPTIONS: Readonly<Record<string, string>> = {
  trainings:
    'One job per training. Prioritized: waits for a free slot, lowest priority number first, then oldest. Delayed: waits until a time, after a failed attempt or while the object store is unavailable. Active: is being submitted, or its run is alive. Completed: has ended well or was cancelled. Failed: has ended without a model.',
  reconcile: 'Short jobs that poll a run and settle its training.',
  maintenance: 'Maintenance tasks: sweeps, backups, watches and schedules.',
  notifications: 'Short jobs that create and send deliveries.',
};

/**
 * Registers Bull Board at `/admin/queues`. It requires the scope admin and is read-only, because its buttons could break
 * the concurrency limit (I1).
 */
export async function registerBullBoard(app: Api, deps: ApiDeps): Promise<void> {
  const serverAdapter = new FastifyAdapter();
  serverAdapter.setBasePath(BOARD_PATH);
  createBullBoard({
    queues: deps.boardQueues.map((queue) => createQueueAdapter(queue, deps)),
    serverAdapter,
    options: { uiConfig: { boardTitle: 'Trainyard', hideRedisDetails: true } },
  });
  await app.register(
    async (scope) => {
      scope.addHook('onRequest', async (request) => {
        if (!['GET', 'HEAD'].includes(request.method)) throw new ReadOnlyBoardError();
      });
      scope.addHook('onSend', async (_request, reply, payload) => {
        void reply.header('content-security-policy', CONTENT_SECURITY.bullBoard);
        return typeof payload === 'string' ? payload.replace(FOREIGN_STYLESHEET, '') : payload;
      });
      // The plugin sets its own error handler; only the handler of a route outranks it.
      scope.addHook('onRoute', (route) => {
        route.errorHandler = replyWithProblem;
        route.config = { ...route.config, access: 'admin' };
      });
      await scope.register(serverAdapter.registerPlugin());
    },
    { prefix: BOARD_PATH },
  );
}

function createQueueAdapter(queue: Queue, deps: ApiDeps): BullMQAdapter {
  const description = DESCRIPTIONS[queue.name] ?? '';
  const adapter =
    queue.name === 'trainings'
      ? new TrainingQueueAdapter(queue, description, deps)
      : new BullMQAdapter(queue, { readOnlyMode: true, allowRetries: false, description });
  for (const field of ['data', 'returnValue', 'progress'] as const)
    adapter.setFormatter(field, (value: unknown) => redact(value));
  return adapter;
}
