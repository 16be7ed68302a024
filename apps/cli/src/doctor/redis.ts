import { checkRedisConfig, inspectRedis, type RedisCheckOptions } from '@trainyard/redis';
import type { Settings, SettingsSource } from '@trainyard/runtime';
import { usesEmbeddedRedis } from '../embedded/home.ts';
import { findRedis, startRedis } from '../embedded/redis.ts';
import { toErrorMessage } from '../terminal/exit.ts';
import { createFindings, type Finding } from './finding.ts';

const redisPart = createFindings('Redis');

/** Inspects a Redis by the rules of every process at start. */
export async function examineRedis(url: string, leniency?: RedisCheckOptions): Promise<readonly Finding[]> {
  try {
    return checkRedisConfig(await inspectRedis(url), leniency).map(({ status, text }) =>
      redisPart[status](text),
    );
  } catch (error) {
    return [redisPart.fault(`no answer: ${toErrorMessage(error)}`)];
  }
}

/** Checks the configured Redis, or the embedded Redis of `trainyard up` in `redisDir`. */
export async function examineConfiguredRedis(
  source: SettingsSource,
  settings: Settings,
  redisDir: string,
): Promise<readonly Finding[]> {
  if (!usesEmbeddedRedis(source))
    return examineRedis(settings.REDIS_URL, { withoutAof: settings.REDIS_WITHOUT_AOF });
  const running = await findRedis(redisDir);
  if (running !== undefined) return examineRedis(running);
  const redis = await startRedis(redisDir);
  try {
    return await examineRedis(redis.url);
  } finally {
    await redis.close();
  }
}
