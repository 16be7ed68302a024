import { setTimeout as wait } from 'node:timers/promises';
import type { ChangeFeed, FeedEntry } from '@trainyard/application';
import { connectForBlocking, type OnRedisError, type RedisAddress } from '../redis/connection.ts';
import { createKeys } from '../redis/keys.ts';
import { parseFeedEntry, type StreamEntry } from './entries.ts';

interface FollowOptions {
  readonly address: RedisAddress;
  readonly onError: OnRedisError;
}

const BLOCK_MS = 5_000;
const READ_BATCH_SIZE = 200;
const RETRY_MS = 500;

/** Reads along on a connection of its own, one for all who listen in this process. */
export function followStream(
  { address, onError }: FollowOptions,
  from: string,
  onEntries: (entries: readonly FeedEntry[]) => void,
): ReturnType<ChangeFeed['follow']> {
  const redis = connectForBlocking(address, onError);
  const { stream } = createKeys(address.prefix);
  const closed = new AbortController();
  let position = from;
  const read = async (): Promise<void> => {
    const answer = await redis.xread(
      'COUNT',
      READ_BATCH_SIZE,
      'BLOCK',
      BLOCK_MS,
      'STREAMS',
      stream,
      position,
    );
    const entries = (answer?.[0]?.[1] ?? []) as readonly StreamEntry[];
    position = entries.at(-1)?.[0] ?? position;
    const parsedEntries = entries.map(parseFeedEntry).filter((each) => each !== undefined);
    if (parsedEntries.length > 0 && !closed.signal.aborted) onEntries(parsedEntries);
  };
  const reading = (async () => {
    while (!closed.signal.aborted) {
      try {
        await read();
      } catch (error) {
        if (closed.signal.aborted) return;
        onError(error);
        await wait(RETRY_MS, undefined, { signal: closed.signal }).catch(() => undefined);
      }
    }
  })();
  return {
    close: async () => {
      closed.abort();
      redis.disconnect();
      await reading;
    },
  };
}
