import { notificationPayloadSchema } from '@trainyard/contracts';
import { getMessageGroup, referSchema, toPascalCase } from './components/schemas.ts';
import type { JsonObject } from './components/tidy.ts';
import { EXAMPLES } from './examples.ts';

const { training } = EXAMPLES.operations.delivery.body.data;
const AT = EXAMPLES.operations.delivery.body.timestamp;

/** Summary and data of each message by its type. */
const MESSAGES: Readonly<Record<string, { readonly summary: string; readonly data: JsonObject }>> = {
  'training.completed': { summary: 'A training has a model', data: { training } },
  'training.failed': { summary: 'A training failed', data: { training: toEnded('failed') } },
  'training.timed_out': {
    summary: 'A run used up its execution time',
    data: { training: toEnded('timed_out') },
  },
  'training.cancelled': { summary: 'A training was cancelled', data: { training: toEnded('cancelled') } },
  'training.needs_attention': {
    summary: 'A training needs an operator',
    data: {
      training: {
        ...toEnded('unconfirmed'),
        ended_at: null,
        failure: null,
        needs_attention: { reason: 'the endpoint is shared, so that no count proves the run', since: AT },
      },
    },
  },
  'batch.finished': {
    summary: 'The last training of an auto-train run has ended',
    data: { batch: { ...EXAMPLES.operations.finished_batch } },
  },
  'gate.closed': { summary: 'Dispatch has stopped', data: { gate: EXAMPLES.operations.gate } },
  'gate.opened': { summary: 'Dispatch continues', data: { gate: EXAMPLES.operations.gate } },
  'alarm.raised': {
    summary: 'An alarm needs an operator',
    data: { alarm: 'recover_required', detail: { reason: 'Redis lost data' } },
  },
  'budget.reached': {
    summary: 'A budget of day or month is used up',
    data: {
      budget: {
        period: '2026-11-23',
        budget_usd: 40,
        reason: 'the budget of the day is used up',
        opens_at: '2026-11-24T00:00:00.000Z',
      },
    },
  },
  'notification.test': {
    summary: 'A test of the destination',
    data: { message: 'This is a test message from Trainyard.' },
  },
};

function toEnded(status: string): JsonObject {
  const failure = status === 'cancelled' ? null : EXAMPLES.operations.failure;
  return { ...training, status, model: null, failure };
}

const HEADERS = [
  [
    'webhook-id',
    'Id of the delivery. It is the same for every try; ignore an id that you have already processed.',
    EXAMPLES.operations.delivery.id,
  ],
  ['webhook-timestamp', 'Time of the try, in seconds since 1970.', '1763899905'],
  [
    'webhook-signature',
    '`v1,` and the base64 of HMAC-SHA-256 over `{webhook-id}.{webhook-timestamp}.{body}`; several are separated by blanks.',
    'v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=',
  ],
] as const;

const RESPONSES = {
  '2XX': { description: 'The message is delivered.' },
  '410': { description: 'The destination is gone; Trainyard does not try again.' },
  '4XX': { description: 'The delivery is tried again for 24 h, as after every other status and after 10 s.' },
};

/**
 * Describes the messages that Trainyard sends (docs/concepts/notifications.md), by their type. The `webhook` of a legacy
 * request receives a message of its own.
 */
export function createMessages(): JsonObject {
  const messages = notificationPayloadSchema.options.flatMap((schema) =>
    schema.shape.type.options.map((type) => {
      const { summary, data } = MESSAGES[type] ?? { summary: type, data: {} };
      const component = `${toPascalCase(getMessageGroup(schema))}Message`;
      return [
        type,
        toWebhook({ id: `on ${type}`, summary, component, example: { type, timestamp: AT, data } }),
      ];
    }),
  );
  return Object.fromEntries([...messages, ['legacy.training_ended', toLegacyWebhook()]]);
}

interface Message {
  readonly id: string;
  readonly summary: string;
  readonly component: string;
  readonly example: unknown;
}

function toWebhook({ id, summary, component, example }: Message): JsonObject {
  const name = toPascalCase(id.replaceAll(' ', '_'));
  const parameters = HEADERS.map(([header, description, value]) => ({
    name: header,
    in: 'header',
    required: true,
    description,
    schema: { type: 'string' },
    example: value,
  }));
  return {
    post: {
      operationId: `${name.charAt(0).toLowerCase()}${name.slice(1)}`,
      tags: ['notifications'],
      summary,
      description: 'Signed POST by Standard Webhooks to a subscriber or to the `notify_url` of a training.',
      security: [],
      parameters,
      requestBody: {
        required: true,
        content: { 'application/json': { schema: referSchema(component), example } },
      },
      responses: RESPONSES,
    },
  };
}

/** The message to the `webhook` of a request to the legacy API. */
function toLegacyWebhook(): JsonObject {
  const summary = 'A training of the legacy API has ended';
  const example = EXAMPLES.trainings.status.output;
  return toWebhook({ id: 'on legacy.training_ended', summary, component: 'LegacyMessage', example });
}
