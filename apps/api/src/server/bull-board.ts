import { createBullBoard } from '@bull-board/api';
import { BullMQAdapter } from '@bull-board/api/bullMQAdapter';
import { FastifyAdapter } from '@bull-board/fastify';
import type { Queue } from 'bullmq';
import { requireAccess } from '../access/authenticate.ts';
import type { KeyRing } from '../access/keys.ts';
import { replyWithProblem } from '../problems/reply.ts';
import type { ApiDeps } from './options.ts';
import { PAGE_CSP } from './protection.ts';
import { redact } from './redaction.ts';
import type { Api } from './server.ts';

const BOARD_PATH = '/admin/queues';
const DESCRIPTIONS: Readonly<Record<string, string>> = {
  trainings: 'One job a training; it is active while its run lives.',
  reconcile: 'Short errands: someone looks at a training.',
  maintenance: 'Sweeps and schedules.',
  notifications: 'Short errands: news are told, and what a destination has to get is sent.',
};

/** Thrown when Bull Board is asked to change something: its buttons would break the bound (SPEC §5.6). */
class ReadOnlyBoardError extends Error {
  readonly code = 'method_not_allowed';
  constructor() {
    super('Bull Board only shows; trainings are steered by /api/trainings and /api/dispatch');
    this.name = 'ReadOnlyBoardError';
  }
}

/** Bull Board at `/admin/queues`: for admins, to look at only. */
export async function registerBullBoard(app: Api, deps: ApiDeps, ring: KeyRing): Promise<void> {
  const serverAdapter = new FastifyAdapter();
  serverAdapter.setBasePath(BOARD_PATH);
  createBullBoard({
    queues: deps.boardQueues.map(createQueueAdapter),
    serverAdapter,
    options: { uiConfig: { boardTitle: 'Trainyard', hideRedisDetails: true } },
  });
  await app.register(
    async (scope) => {
      scope.addHook('onRequest', async (request) => {
        requireAccess(request, ring, 'admin');
        if (!['GET', 'HEAD'].includes(request.method)) throw new ReadOnlyBoardError();
      });
      scope.addHook('onSend', async (_request, reply) => {
        void reply.header('content-security-policy', PAGE_CSP);
      });
      // The plugin brings an error handler of its own; only a route's comes before it.
      scope.addHook('onRoute', (route) => {
        route.errorHandler = replyWithProblem;
      });
      await scope.register(serverAdapter.registerPlugin());
    },
    { prefix: BOARD_PATH },
  );
}

function createQueueAdapter(queue: Queue): BullMQAdapter {
  const description = DESCRIPTIONS[queue.name];
  const adapter = new BullMQAdapter(queue, {
    readOnlyMode: true,
    allowRetries: false,
    ...(description !== undefined && { description }),
  });
  for (const field of ['data', 'returnValue', 'progress'] as const)
    adapter.setFormatter(field, (value: unknown) => redact(value));
  return adapter;
}
