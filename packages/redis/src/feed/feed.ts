import type { ChangeFeed } from '@trainyard/application';
import type { Redis } from 'ioredis';
import { guarded } from '../record/run.ts';
import type { OnRedisError, RedisPlace } from '../redis/connection.ts';
import { keysOf } from '../redis/keys.ts';
import { feedEntry, reachesBeginning, type StreamEntry, type StreamFacts, streamFacts } from './entries.ts';
import { follow } from './follow.ts';

export interface FeedOptions {
  readonly redis: Redis;
  readonly place: RedisPlace;
  readonly onError: OnRedisError;
}

const POSITION = /^\d{1,20}-\d{1,20}$/;

const factsOf = async (redis: Redis, stream: string): Promise<StreamFacts> => {
  if ((await redis.exists(stream)) === 0) return streamFacts(undefined);
  return streamFacts((await redis.xinfo('STREAM', stream)) as readonly unknown[]);
};

/** The stream that the record's scripts write beside each change, as a feed. */
export const createChangeFeed = ({ redis, place, onError }: FeedOptions): ChangeFeed => {
  const { stream } = keysOf(place.prefix);
  return {
    getLatestPosition: () => guarded(async () => (await factsOf(redis, stream)).last),
    canResumeFrom: (position) =>
      guarded(async () => {
        if (!POSITION.test(position)) return false;
        // A position that is there was given out by this life of Redis, and nothing after it was cut off.
        const found = await redis.xrange(stream, position, position);
        return found.length > 0 || reachesBeginning(position, await factsOf(redis, stream));
      }),
    listAfter: (position, limit) =>
      guarded(async () => {
        const entries = (await redis.xrange(stream, `(${position}`, '+', 'COUNT', limit)) as StreamEntry[];
        return entries.map(feedEntry).filter((each) => each !== undefined);
      }),
    follow: (position, tell) => follow({ place, onError }, position, tell),
  };
};
