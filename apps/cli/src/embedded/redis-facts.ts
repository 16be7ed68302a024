import { Redis } from 'ioredis';

/** What a Redis says of itself, as `INFO` and `CONFIG GET` tell it. */
export interface RedisFacts {
  readonly info: string;
  /** Undefined where the server does not tell. */
  readonly appendFsync?: string;
  /** The folder of its files, likewise. */
  readonly dir?: string;
}

const CONNECT_WITHIN_MS = 5_000;

const settingOf = async (redis: Redis, name: string): Promise<string | undefined> => {
  const [, value] = (await redis.config('GET', name).catch(() => [])) as readonly string[];
  return value;
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
    const [info, appendFsync, dir] = await Promise.all([
      redis.info(),
      settingOf(redis, 'appendfsync'),
      settingOf(redis, 'dir'),
    ]);
    return { info, ...(appendFsync !== undefined && { appendFsync }), ...(dir !== undefined && { dir }) };
  } catch (error) {
    throw fault ?? error;
  } finally {
    redis.disconnect();
  }
};
