import type { TrainingStore, ReceivedWebhook } from '@trainyard/application';
import type { Redis } from 'ioredis';
import type { Keys } from '../redis/keys.ts';
import { guarded } from './run.ts';

const HOOKS_KEPT = 5;
const HOOKS_SECONDS = 8 * 24 * 3600;

/** The newest webhooks of each attempt. */
export const hooks = (redis: Redis, keys: Keys): Pick<TrainingStore, 'noteWebhook' | 'webhookNotes'> => ({
  recordWebhook: (id, note) =>
    guarded(async () => {
      const key = keys.hooks(id, note.attempt);
      await redis
        .multi()
        .lpush(key, JSON.stringify(note))
        .ltrim(key, 0, HOOKS_KEPT - 1)
        .expire(key, HOOKS_SECONDS)
        .exec();
    }),
  listWebhooks: (id, attempt) =>
    guarded(async () => {
      const notes = await redis.lrange(keys.hooks(id, attempt), 0, -1);
      return notes.map((note) => JSON.parse(note) as ReceivedWebhook);
    }),
});
