import type { ReceivedWebhook, TrainingStore } from '@trainyard/application';
import type { Redis } from 'ioredis';
import type { Keys } from '../redis/keys.ts';
import { withStoreErrors } from './run-script.ts';

const WEBHOOKS_KEPT = 5;
const WEBHOOK_TTL_SECONDS = 8 * 24 * 3600;

/** The newest webhooks of each attempt. */
export function createWebhooks(
  redis: Redis,
  keys: Keys,
): Pick<TrainingStore, 'recordWebhook' | 'listWebhooks'> {
  return {
    recordWebhook: (id, webhook) =>
      withStoreErrors(async () => {
        const key = keys.webhooks(id, webhook.attempt);
        await redis
          .multi()
          .lpush(key, JSON.stringify(webhook))
          .ltrim(key, 0, WEBHOOKS_KEPT - 1)
          .expire(key, WEBHOOK_TTL_SECONDS)
          .exec();
      }),
    listWebhooks: (id, attempt) =>
      withStoreErrors(async () => {
        const webhooks = await redis.lrange(keys.webhooks(id, attempt), 0, -1);
        return webhooks.map((webhook) => JSON.parse(webhook) as ReceivedWebhook);
      }),
  };
}
