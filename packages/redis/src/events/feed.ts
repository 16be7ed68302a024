import type { ChangeFeed } from '@trainyard/application';
import type { Redis } from 'ioredis';
import type { OnRedisError, RedisAddress } from '../redis/connection.ts';
import { createKeys } from '../redis/keys.ts';
import { withStoreErrors } from '../trainings/run-script.ts';
import {
  isCompleteFromStart,
  parseFeedEntry,
  parseStreamBounds,
  type StreamBounds,
  type StreamEntry,
} from './entries.ts';
import { followStream } from './follow.ts';

export interface FeedOptions {
  readonly redis: Redis;
  readonly address: RedisAddress;
  readonly onError: OnRedisError;
}

const POSITION = /^\d{1,20}-\d{1,20}$/;

/** The stream that the record's scripts write beside each change, as a feed. */
export function createChangeFeed({ redis, address, onError }: FeedOptions): ChangeFeed {
  const { stream } = createKeys(address.prefix);
  return {
    getLatestPosition: () => withStoreErrors(async () => (await readStreamBounds(redis, stream)).last),
    canResumeFrom: (position) =>
      withStoreErrors(async () => {
        if (!POSITION.test(position)) return false;
        // A position that is there was given out by this life of Redis, and nothing after it was cut off.
        const found = await redis.xrange(stream, position, position);
        return found.length > 0 || isCompleteFromStart(position, await readStreamBounds(redis, stream));
      }),
    listAfter: (position, limit) =>
      withStoreErrors(async () => {
        const entries = (await redis.xrange(stream, `(${position}`, '+', 'COUNT', limit)) as StreamEntry[];
        return entries.map(parseFeedEntry).filter((each) => each !== undefined);
      }),
    follow: (position, onEntries) => followStream({ address, onError }, position, onEntries),
  };
}

async function readStreamBounds(redis: Redis, stream: string): Promise<StreamBounds> {
  if ((await redis.exists(stream)) === 0) return parseStreamBounds(undefined);
  return parseStreamBounds((await redis.xinfo('STREAM', stream)) as readonly unknown[]);
}
