import { askRedis, judgeRedis, type RedisLeniency } from '@trainyard/redis';
import { createFindings, type Finding, toErrorMessage } from './finding.ts';

const redisPart = createFindings('Redis');

/** Asks the Redis at this address, and judges it as every process does when it starts. */
export const examineRedis = async (url: string, leniency?: RedisLeniency): Promise<readonly Finding[]> => {
  try {
    return judgeRedis(await askRedis(url), leniency).map(({ verdict, text }) => redisPart[verdict](text));
  } catch (error) {
    return [redisPart.fault(`does not answer: ${toErrorMessage(error)}`)];
  }
};
