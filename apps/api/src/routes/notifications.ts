import { redeliver, sendTestNotifications } from '@trainyard/application';
import {
  deliveryListQuerySchema,
  deliveryPageSchema,
  deliveryViewSchema,
  notificationTestResponseSchema,
  notificationTestSchema,
} from '@trainyard/contracts';
import { omitUndefined } from '@trainyard/domain';
import { parseCursor, toCursorOrNull } from '../mapping/cursor.ts';
import type { ApiDeps } from '../server/options.ts';
import type { Api } from '../server/server.ts';
import { toDeliveryView } from '../views/deliveries.ts';
import { idParamsSchema, problemResponses } from './shared.ts';

const tags = ['notifications'];
const PAGE_SIZE = 50;

/** Registers the routes of deliveries: list, redelivery and test (docs/concepts/notifications.md). */
export function registerNotificationRoutes(app: Api, deps: ApiDeps): void {
  registerDeliveryListRoute(app, deps);
  app.post(
    '/api/deliveries/:id/redeliver',
    {
      config: { idempotency: 'repeatable' },
      schema: {
        tags,
        summary: 'Send a delivery again under the same webhook-id',
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
        summary: 'Send a test notification',
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

function registerDeliveryListRoute(app: Api, deps: ApiDeps): void {
  app.get(
    '/api/deliveries',
    {
      schema: {
        tags,
        summary: 'List deliveries, newest first',
        querystring: deliveryListQuerySchema,
        response: { 200: deliveryPageSchema, ...problemResponses },
      },
    },
    async ({ query: { training_id: trainingId, limit = PAGE_SIZE, cursor, ...rest } }) => {
      const { items, nextCursor } = await deps.deliveries.list({
        ...omitUndefined({ trainingId, ...rest }),
        ...(cursor !== undefined && { cursor: parseCursor('deliveries', cursor) }),
        limit,
      });
      return { deliveries: items.map(toDeliveryView), next_cursor: toCursorOrNull('deliveries', nextCursor) };
    },
  );
}
