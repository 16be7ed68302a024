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
import { EXAMPLE_IDS, EXAMPLES } from '../openapi/examples.ts';
import { describeOperations } from '../openapi/operation.ts';
import type { ApiDeps } from '../server/options.ts';
import type { Api } from '../server/server.ts';
import { toDeliveryView } from '../views/deliveries.ts';
import { idParamsSchema } from './shared.ts';

const operations = describeOperations('notifications', {
  redeliverDelivery: {
    summary: 'Send a delivery again under the same webhook-id',
    description: 'Sends at once and retries for further 24 h.',
    errors: ['delivery_not_found'],
    request: { params: { id: EXAMPLE_IDS.delivery } },
    answers: { 202: { description: 'The pending delivery.', example: EXAMPLES.operations.delivery } },
  },
  testNotifications: {
    summary: 'Send a test notification',
    description: 'Without `destination`, every configured destination receives a test message.',
    errors: [],
    request: { body: { destination: 'slack' } },
    answers: {
      202: { description: 'The pending deliveries.', example: EXAMPLES.operations.test_deliveries },
    },
  },
  listDeliveries: {
    summary: 'List deliveries, newest first',
    description: 'Deliveries are kept for 30 days.',
    errors: ['invalid_cursor'],
    request: { query: { state: 'delivered', limit: 20 } },
    answers: { 200: { description: 'A page of deliveries.', example: EXAMPLES.operations.deliveries } },
  },
});

const PAGE_SIZE = 50;

/** Registers the routes of deliveries: list, redelivery and test (docs/concepts/notifications.md). */
export function registerNotificationRoutes(app: Api, deps: ApiDeps): void {
  registerDeliveryListRoute(app, deps);
  app.post(
    '/api/deliveries/:id/redeliver',
    {
      config: { idempotency: 'repeatable' },
      schema: {
        ...operations.redeliverDelivery,
        params: idParamsSchema,
        response: { 202: deliveryViewSchema },
      },
    },
    async (request, reply) => reply.code(202).send(toDeliveryView(await redeliver(deps, request.params.id))),
  );
  app.post(
    '/api/notifications/test',
    {
      config: { access: 'admin' },
      schema: {
        ...operations.testNotifications,
        body: notificationTestSchema.nullish(),
        response: { 202: notificationTestResponseSchema },
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
        ...operations.listDeliveries,
        querystring: deliveryListQuerySchema,
        response: { 200: deliveryPageSchema },
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
