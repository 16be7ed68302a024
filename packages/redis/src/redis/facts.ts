import { Redis } from 'ioredis';

/** What a Redis says of itself. What it does not tell is absent: services often refuse `CONFIG`. */
export interface RedisFacts {
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

const CONNECT_WITHIN_MS = 5_000;

const settingOf = async (redis: Redis, name: string): Promise<string | undefined> => {
  const [, value] = (await redis.config('GET', name).catch(() => [])) as readonly string[];
  return value;
};

const given = <T extends object>(facts: T) =>
  Object.fromEntries(Object.entries(facts).filter(([, value]) => value !== undefined)) as {
    [K in keyof T]?: Exclude<T[K], undefined>;
  };

const YES_OR_NO: Readonly<Record<string, boolean>> = { '1': true, '0': false, yes: true, no: false };

/** Asks a Redis about itself: by `INFO`, and by `CONFIG GET` for what is not told there. */
export const readFacts = async (redis: Redis): Promise<RedisFacts> => {
  const info = await redis.info();
  const told = (name: string): string | undefined => new RegExp(`^${name}:(.*?)\\r?$`, 'm').exec(info)?.[1];
  const [appendFsync, dir] = await Promise.all([settingOf(redis, 'appendfsync'), settingOf(redis, 'dir')]);
  const appendOnly = told('aof_enabled') ?? (await settingOf(redis, 'appendonly')) ?? '';
  const pid = told('process_id');
  return given({
    version: told('redis_version'),
    evictionPolicy: told('maxmemory_policy') ?? (await settingOf(redis, 'maxmemory-policy')),
    appendOnly: YES_OR_NO[appendOnly],
    appendFsync,
    pid: pid === undefined ? undefined : Number(pid),
    loading: YES_OR_NO[told('loading') ?? ''],
    dir,
  });
};

/** Connects once and asks. Throws what the connection met when nothing answers. */
export const askRedis = async (url: string): Promise<RedisFacts> => {
  const redis = new Redis(url, {
    lazyConnect: true,
    retryStrategy: () => null,
    connectTimeout: CONNECT_WITHIN_MS,
  });
  let fault: unknown;
  redis.on('error', (error) => {
    fault = error;
  });
  try {
    await redis.connect();
    return await readFacts(redis);
  } catch (error) {
    throw fault ?? error;
  } finally {
    redis.disconnect();
  }
};
