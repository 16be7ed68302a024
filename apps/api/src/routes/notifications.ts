import { redeliver, sendTestNotifications } from '@trainyard/application';
import {
  deliveryListQuerySchema,
  deliveryPageSchema,
  deliveryViewSchema,
  notificationTestResponseSchema,
  notificationTestSchema,
} from '@trainyard/contracts';
import { parseCursor, toCursorOrNull } from '../mapping/cursor.ts';
import { defined } from '../mapping/defined.ts';
import type { ApiDeps } from '../server/options.ts';
import type { Api } from '../server/server.ts';
import { toDeliveryView } from '../views/delivery.ts';
import { idParamsSchema } from './params.ts';
import { problemResponses } from './problems.ts';

const tags = ['notifications'];
const PAGE_SIZE = 50;

/** Messages out: what was sent, what was not, and sending it again (SPEC §10). */
export function registerNotificationRoutes(app: Api, deps: ApiDeps): void {
  app.get(
    '/api/deliveries',
    {
      schema: {
        tags,
        summary: 'Messages sent and to be sent, newest first',
        querystring: deliveryListQuerySchema,
        response: { 200: deliveryPageSchema, ...problemResponses },
      },
    },
    async ({ query: { training_id: trainingId, limit = PAGE_SIZE, cursor, ...rest } }) => {
      const { items, nextCursor } = await deps.deliveries.list({
        ...defined({ trainingId, ...rest }),
        ...(cursor !== undefined && { cursor: parseCursor('deliveries', cursor) }),
        limit,
      });
      return { deliveries: items.map(toDeliveryView), next_cursor: toCursorOrNull('deliveries', nextCursor) };
    },
  );
  app.post(
    '/api/deliveries/:id/redeliver',
    {
      config: { idempotency: 'repeatable' },
      schema: {
        tags,
        summary: 'Send a message again, under its own id',
        params: idParamsSchema,
        response: { 202: deliveryViewSchema, ...problemResponses },
      },
    },
    async (request, reply) => reply.code(202).send(toDeliveryView(await redeliver(deps, request.params.id))),
  );
  app.post(
    '/api/notifications/test',
    {
      config: { access: 'admin' },
      schema: {
        tags,
        summary: 'Send a message that says nothing, to see whether it arrives',
        body: notificationTestSchema.nullish(),
        response: { 202: notificationTestResponseSchema, ...problemResponses },
      },
    },
    async (request, reply) => {
      const sent = await sendTestNotifications(deps, request.body?.destination);
      return reply.code(202).send({ deliveries: sent.map(toDeliveryView) });
    },
  );
}
