import { setTimeout as wait } from 'node:timers/promises';
import type { ChangeFeed, EventRecord, FeedEntry } from '@trainyard/application';
import type { Subject } from '@trainyard/domain';
import type { Redis } from 'ioredis';
import { withStoreErrors } from './redis/calls.ts';
import { connectForBlocking, type OnRedisError, type RedisAddress } from './redis/connection.ts';
import { createKeys } from './redis/keys.ts';
import { appendChange } from './scripts/document-scripts.ts';

/** The connection for reads, and the address for the connection of each follower. */
export interface FeedOptions {
  readonly redis: Redis;
  readonly address: RedisAddress;
  readonly onError: OnRedisError;
}

const POSITION = /^\d{1,20}-\d{1,20}$/;
const STREAM_START = '0-0';
const BLOCK_MS = 5_000;
const READ_BATCH_SIZE = 200;
const RETRY_MS = 500;

/** The feed of changes, from the stream that the scripts of trainings, batches and control append to. */
export function createChangeFeed(options: FeedOptions): ChangeFeed {
  const { redis } = options;
  const keys = createKeys(options.address.prefix);
  const { stream } = keys;
  return {
    getLatestPosition: () => withStoreErrors(async () => (await readStreamBounds(redis, stream)).last),
    canResumeFrom: (position) =>
      withStoreErrors(async () => {
        if (!POSITION.test(position)) return false;
        // An existing entry proves that this Redis issued the position and trimmed no later entry.
        const found = await redis.xrange(stream, position, position);
        return found.length > 0 || isCompleteFromStart(position, await readStreamBounds(redis, stream));
      }),
    listAfter: (position, limit) =>
      withStoreErrors(async () =>
        parseFeedEntries(await redis.xrange(stream, `(${position}`, '+', 'COUNT', limit)),
      ),
    follow: (position, onEntries) => followStream(options, position, onEntries),
    publish: (change) => withStoreErrors(() => appendChange(redis, keys, change)),
  };
}

/** An entry of the stream in the reply of Redis. */
type StreamEntry = readonly [id: string, fields: readonly string[]];

function parseFeedEntries(entries: readonly StreamEntry[]): readonly FeedEntry[] {
  return entries.map(parseFeedEntry).filter((entry) => entry !== undefined);
}

/** Returns undefined for an entry of an unknown kind, which a different version may have written. */
function parseFeedEntry([position, fields]: StreamEntry): FeedEntry | undefined {
  const trainingId = getField(fields, 'id');
  const event = getField(fields, 'event');
  if (trainingId !== undefined && event !== undefined)
    return { kind: 'training', position, trainingId, event: JSON.parse(event) as EventRecord };
  const batchId = getField(fields, 'batch');
  if (batchId !== undefined) return { kind: 'batch', position, batchId };
  const subject = getField(fields, 'subject');
  if (subject !== undefined) return { kind: 'subject', position, subject: JSON.parse(subject) as Subject };
  const kind = FLAGS.find((flag) => getField(fields, flag) !== undefined);
  return kind && { kind, position };
}

/** The entries that name what changed without its id. */
const FLAGS = ['dispatch', 'budgets', 'schedule', 'tunnel'] as const;

function getField(fields: readonly string[], name: string): string | undefined {
  const at = fields.findIndex((field, index) => index % 2 === 0 && field === name);
  return at === -1 ? undefined : fields[at + 1];
}

/** Sizes and positions from XINFO STREAM. */
interface StreamBounds {
  readonly length: number;
  /** Entries ever added, including trimmed entries. */
  readonly added: number;
  readonly last: string;
}

async function readStreamBounds(redis: Redis, stream: string): Promise<StreamBounds> {
  if ((await redis.exists(stream)) === 0) return { length: 0, added: 0, last: STREAM_START };
  const reply = (await redis.xinfo('STREAM', stream)) as readonly unknown[];
  const getValue = (name: string): unknown => reply[reply.indexOf(name) + 1];
  return {
    length: Number(getValue('length')),
    added: Number(getValue('entries-added')),
    last: String(getValue('last-generated-id')),
  };
}

/** Whether a read from the very start returns every entry, because the stream was never trimmed. */
function isCompleteFromStart(position: string, { length, added }: StreamBounds): boolean {
  return position === STREAM_START && length === added;
}

type OnEntries = Parameters<ChangeFeed['follow']>[1];

/** Reads the stream on a connection of its own until it is closed. After an error it reconnects and resumes. */
function followStream(
  { address, onError }: FeedOptions,
  from: string,
  onEntries: OnEntries,
): ReturnType<ChangeFeed['follow']> {
  const redis = connectForBlocking(address, onError);
  const { stream } = createKeys(address.prefix);
  const stop = new AbortController();
  const { signal } = stop;
  let position = from;
  const read = async (): Promise<void> => {
    const reply = await redis.xread('COUNT', READ_BATCH_SIZE, 'BLOCK', BLOCK_MS, 'STREAMS', stream, position);
    const entries = (reply?.[0]?.[1] ?? []) as readonly StreamEntry[];
    position = entries.at(-1)?.[0] ?? position;
    const parsed = parseFeedEntries(entries);
    if (parsed.length > 0 && !signal.aborted) onEntries(parsed);
  };
  const reading = repeatUntilAborted(read, signal, onError);
  return {
    close: async () => {
      stop.abort();
      redis.disconnect();
      await reading;
    },
  };
}

/** Repeats a read; a failed read is reported and repeated after 500 ms. */
async function repeatUntilAborted(
  read: () => Promise<void>,
  signal: AbortSignal,
  onError: OnRedisError,
): Promise<void> {
  while (!signal.aborted) {
    try {
      await read();
    } catch (error) {
      if (signal.aborted) return;
      onError(error);
      await wait(RETRY_MS, undefined, { signal }).catch(() => undefined);
    }
  }
}
