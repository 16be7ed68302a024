import { Redis } from 'ioredis';

/** What a Redis says of itself. What it does not tell is absent: services often refuse `CONFIG`. */
export interface RedisProperties {
  readonly version?: string;
  readonly evictionPolicy?: string;
  /** Whether every change goes to a file. */
  readonly appendOnly?: boolean;
  /** How soon it does: `always`, `everysec`, `no`. */
  readonly appendFsync?: string;
  readonly pid?: number;
  /** Whether it is still reading its files. */
  readonly loading?: boolean;
  /** The folder of its files. */
  readonly dir?: string;
}

const CONNECT_TIMEOUT_MS = 5_000;

/** Connects once and asks. Throws what the connection met when nothing answers. */
export async function inspectRedis(url: string): Promise<RedisProperties> {
  const redis = new Redis(url, {
    lazyConnect: true,
    retryStrategy: () => null,
    connectTimeout: CONNECT_TIMEOUT_MS,
  });
  let fault: unknown;
  redis.on('error', (error) => {
    fault = error;
  });
  try {
    await redis.connect();
    return await readRedisProperties(redis);
  } catch (error) {
    throw fault ?? error;
  } finally {
    redis.disconnect();
  }
}

async function getConfig(redis: Redis, name: string): Promise<string | undefined> {
  const [, value] = (await redis.config('GET', name).catch(() => [])) as readonly string[];
  return value;
}

function omitUndefined<T extends object>(properties: T) {
  return Object.fromEntries(Object.entries(properties).filter(([, value]) => value !== undefined)) as {
    [K in keyof T]?: Exclude<T[K], undefined>;
  };
}

const BOOLEAN_WORDS: Readonly<Record<string, boolean>> = { '1': true, '0': false, yes: true, no: false };

/** Asks a Redis about itself: by `INFO`, and by `CONFIG GET` for what is not told there. */
export async function readRedisProperties(redis: Redis): Promise<RedisProperties> {
  const info = await redis.info();
  const getInfoField = (name: string): string | undefined =>
    new RegExp(`^${name}:(.*?)\\r?$`, 'm').exec(info)?.[1];
  const [appendFsync, dir] = await Promise.all([getConfig(redis, 'appendfsync'), getConfig(redis, 'dir')]);
  const appendOnly = getInfoField('aof_enabled') ?? (await getConfig(redis, 'appendonly')) ?? '';
  const pid = getInfoField('process_id');
  return omitUndefined({
    version: getInfoField('redis_version'),
    evictionPolicy: getInfoField('maxmemory_policy') ?? (await getConfig(redis, 'maxmemory-policy')),
    appendOnly: BOOLEAN_WORDS[appendOnly],
    appendFsync,
    pid: pid === undefined ? undefined : Number(pid),
    loading: BOOLEAN_WORDS[getInfoField('loading') ?? ''],
    dir,
  });
}
