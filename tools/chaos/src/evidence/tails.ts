import { closeSync, openSync, readSync } from 'node:fs';
import { StringDecoder } from 'node:string_decoder';
import type { EventRecord } from '@trainyard/application';
import { DEFAULT_PREFIX, type RedisTarget, toConnectionOptions } from '@trainyard/redis';
import type { HistoryEvent } from '@trainyard/runpod-simulator';
import { Redis } from 'ioredis';

/** An event of a training in the stream of Redis. The stream has the order in which Redis applied the events. */
export interface RecordedEvent extends Omit<EventRecord, 'at'> {
  /** Time of Redis, whose clock no fault moves. Unscaled epoch ms. */
  readonly at: number;
  /** Time of the process that wrote the event. Scaled epoch ms. */
  readonly scaledAt: number;
  readonly trainingId: string;
}

/** Follows the event stream of Redis, so that a loss of Redis loses no evidence. */
export interface EventTail {
  readonly events: readonly RecordedEvent[];
  /** Reads new events. Waits while Redis is unavailable. */
  catchUp(): Promise<void>;
  /** Reads new events and deletes all data in a single transaction. Returns the trainings with a pending backup. */
  flushRedis(): Promise<readonly string[]>;
  close(): Promise<void>;
}

const STREAM = `${DEFAULT_PREFIX}:stream`;
const NOT_BACKED_UP = `${DEFAULT_PREFIX}:backup-pending`;
const POLL_INTERVAL_MS = 100;

type Entry = readonly [id: string, fields: readonly string[]];

/**
 * Opens a tail that reads the stream every 100 ms and reconnects without limit. A promoted replica may not have the
 * newest events of its master: after a failover, the tail contains exactly the events of the new master.
 */
export function openEventTail(target: RedisTarget): EventTail {
  const retryStrategy = (): number => 50;
  const redis = new Redis({
    ...toConnectionOptions(target),
    ...{ retryStrategy, sentinelRetryStrategy: retryStrategy, maxRetriesPerRequest: null },
  });
  redis.on('error', () => undefined);
  const reader = createStreamReader(redis, target.sentinel !== undefined);
  let reading: Promise<unknown> = Promise.resolve();
  const runInOrder = <T>(work: () => Promise<T>): Promise<T> => {
    const done = reading.then(work);
    reading = done.catch(() => undefined);
    return done;
  };
  const catchUp = (): Promise<void> => runInOrder(reader.readNew);
  const timer = setInterval(() => void catchUp().catch(() => undefined), POLL_INTERVAL_MS);
  return {
    events: reader.events,
    catchUp,
    flushRedis: () => runInOrder(reader.flush),
    close: async () => {
      clearInterval(timer);
      redis.disconnect();
    },
  };
}

/** Reads the stream from the last position. `followsMaster`: a new connection can lead to a different history. */
function createStreamReader(redis: Redis, followsMaster: boolean) {
  const events: RecordedEvent[] = [];
  let after = '-';
  let [connections, readConnections] = [0, 0];
  redis.on('ready', () => {
    connections += 1;
  });
  const append = (entries: readonly Entry[]): void => {
    for (const entry of entries) {
      if (after === `(${entry[0]}`) continue;
      const event = parseEntry(entry);
      if (event) events.push(event);
      after = `(${entry[0]}`;
    }
  };
  const readNew = async (): Promise<void> => {
    const isReplaced = followsMaster && readConnections !== connections;
    if (isReplaced) after = '-';
    readConnections = connections;
    const entries = await redis.xrange(STREAM, after, '+');
    // A failover during the read: the next read replaces all events.
    if (followsMaster && readConnections !== connections) return readNew();
    if (isReplaced) events.length = 0;
    append(entries);
  };
  const flush = async (): Promise<readonly string[]> => {
    const loss = redis.multi().xrange(STREAM, after, '+').zrange(NOT_BACKED_UP, '0', '-1').flushall();
    const done = await loss.exec();
    append((done?.[0]?.[1] ?? []) as readonly Entry[]);
    after = '-';
    return (done?.[1]?.[1] ?? []) as readonly string[];
  };
  return { events, readNew, flush };
}

/** Returns undefined for entries of pause, concurrency limit and gate, which the stream also contains. */
function parseEntry([id, fields]: Entry): RecordedEvent | undefined {
  const getField = (name: string): string | undefined => {
    const at = fields.findIndex((field, n) => n % 2 === 0 && field === name);
    return at < 0 ? undefined : fields[at + 1];
  };
  const [trainingId, text] = [getField('id'), getField('event')];
  if (trainingId === undefined || text === undefined) return undefined;
  const event = JSON.parse(text) as EventRecord;
  return { ...event, at: Number(id.split('-')[0]), scaledAt: event.at, trainingId };
}

/** Follows the history file of the simulator. */
export interface ProviderTail {
  /** Reads and returns all events until now. */
  events(): readonly HistoryEvent[];
  close(): Promise<void>;
}

const CHUNK_BYTES = 64 * 1024;

/** Opens a history file. An incomplete last line is returned by the next read. Throws when the file does not exist. */
export function openProviderTail(file: string): ProviderTail {
  const handle = openSync(file, 'r');
  const buffer = Buffer.alloc(CHUNK_BYTES);
  const events: HistoryEvent[] = [];
  const decoder = new StringDecoder('utf8');
  let rest = '';
  return {
    events: () => {
      for (let read = readSync(handle, buffer); read > 0; read = readSync(handle, buffer)) {
        const lines = (rest + decoder.write(buffer.subarray(0, read))).split('\n');
        rest = lines.pop() ?? '';
        events.push(...lines.map((line) => JSON.parse(line) as HistoryEvent));
      }
      return events;
    },
    close: async () => closeSync(handle),
  };
}
