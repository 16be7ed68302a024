import { checkRedisConfig, inspectRedis, type RedisCheckOptions } from '@trainyard/redis';
import { createFindings, type Finding, toErrorMessage } from './finding.ts';

const redisPart = createFindings('Redis');

/** Asks the Redis at this address, and judges it as every process does when it starts. */
export async function examineRedis(url: string, leniency?: RedisCheckOptions): Promise<readonly Finding[]> {
  try {
    return checkRedisConfig(await inspectRedis(url), leniency).map(({ status, text }) =>
      redisPart[status](text),
    );
  } catch (error) {
    return [redisPart.fault(`does not answer: ${toErrorMessage(error)}`)];
  }
}
