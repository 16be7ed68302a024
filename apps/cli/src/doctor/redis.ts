import { examineRedis, type RedisExaminationOptions } from '@trainyard/redis';
import { type Settings, type SettingsSource, toRedisExamination } from '@trainyard/runtime';
import { usesEmbeddedRedis } from '../embedded/home.ts';
import { findRedis, startRedis } from '../embedded/redis.ts';
import { toErrorMessage } from '../terminal/exit.ts';
import { createFindings, type Finding } from './finding.ts';

const redisPart = createFindings('Redis');

/** Examines a Redis exactly as every process does at its start. */
export async function examineRedisTarget(options: RedisExaminationOptions): Promise<readonly Finding[]> {
  try {
    const { findings } = await examineRedis(options);
    return findings.map(({ status, text }) => redisPart[status](text));
  } catch (error) {
    return [redisPart.fault(toErrorMessage(error))];
  }
}

/** Checks the configured Redis, or the embedded Redis of `trainyard up` in `redisDir`. */
export async function examineConfiguredRedis(
  source: SettingsSource,
  settings: Settings,
  redisDir: string,
): Promise<readonly Finding[]> {
  const configured = toRedisExamination(settings);
  if (!usesEmbeddedRedis(source)) return examineRedisTarget(configured);
  const running = await findRedis(redisDir);
  if (running !== undefined) return examineRedisTarget({ ...configured, redisUrl: running });
  const redis = await startRedis(redisDir);
  try {
    return await examineRedisTarget({ ...configured, redisUrl: redis.url });
  } finally {
    await redis.close();
  }
}
