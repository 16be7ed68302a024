import { setTimeout as wait } from 'node:timers/promises';
import type { ChangeFeed, FeedEntry } from '@trainyard/application';
import { connectForWaiting, type OnRedisError, type RedisPlace } from '../redis/connection.ts';
import { keysOf } from '../redis/keys.ts';
import { feedEntry, type StreamEntry } from './entries.ts';

interface FollowOptions {
  readonly place: RedisPlace;
  readonly onError: OnRedisError;
}

const BLOCK_MS = 5_000;
const BATCH = 200;
const AFTER_FAULT_MS = 500;

/** Reads along on a connection of its own, one for all who listen in this process. */
export const follow = (
  { place, onError }: FollowOptions,
  from: string,
  tell: (entries: readonly FeedEntry[]) => void,
): ReturnType<ChangeFeed['follow']> => {
  const redis = connectForWaiting(place, onError);
  const { stream } = keysOf(place.prefix);
  const gone = new AbortController();
  let position = from;
  const read = async (): Promise<void> => {
    const answer = await redis.xread('COUNT', BATCH, 'BLOCK', BLOCK_MS, 'STREAMS', stream, position);
    const entries = (answer?.[0]?.[1] ?? []) as readonly StreamEntry[];
    position = entries.at(-1)?.[0] ?? position;
    const told = entries.map(feedEntry).filter((each) => each !== undefined);
    if (told.length > 0 && !gone.signal.aborted) tell(told);
  };
  const reading = (async () => {
    while (!gone.signal.aborted) {
      try {
        await read();
      } catch (error) {
        if (gone.signal.aborted) return;
        onError(error);
        await wait(AFTER_FAULT_MS, undefined, { signal: gone.signal }).catch(() => undefined);
      }
    }
  })();
  return {
    close: async () => {
      gone.abort();
      redis.disconnect();
      await reading;
    },
  };
};
