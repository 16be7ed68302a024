import { askRedis, type RedisFacts } from '../embedded/redis-facts.ts';
import { about, type Finding, wordsOf } from './finding.ts';

const redisPart = about('Redis');
const OLDEST = [6, 2] as const;

const fieldOf = (info: string, name: string): string | undefined =>
  new RegExp(`^${name}:(.*?)\\r?$`, 'm').exec(info)?.[1];

const judgeVersion = (version = ''): Finding => {
  const [major = 0, minor = 0] = version.split('.').map(Number);
  const isNewEnough = major > OLDEST[0] || (major === OLDEST[0] && minor >= OLDEST[1]);
  return isNewEnough
    ? redisPart.ok(`version ${version}`)
    : redisPart.fault(`version ${version || 'unknown'}, ${OLDEST.join('.')} or newer is needed`);
};

const judgePolicy = (policy: string | undefined): Finding =>
  policy === 'noeviction'
    ? redisPart.ok('evicts nothing')
    : redisPart.fault(`maxmemory-policy is ${policy ?? 'unknown'}; only noeviction keeps every training`);

const judgeFiles = (enabled: string | undefined, fsync: string | undefined): Finding => {
  if (enabled !== '1')
    return redisPart.fault('appendonly is off; what was accepted would not survive a restart');
  if (fsync === undefined || fsync === 'always') return redisPart.ok('writes each change to its file');
  return redisPart.warning(`appendfsync is ${fsync}; only «always» keeps what a 202 promises`);
};

/** Judges a Redis by its own words (DESIGN §6). Pure. */
export const judgeRedis = ({ info, appendFsync }: RedisFacts): readonly Finding[] => [
  judgeVersion(fieldOf(info, 'redis_version')),
  judgePolicy(fieldOf(info, 'maxmemory_policy')),
  judgeFiles(fieldOf(info, 'aof_enabled'), appendFsync),
];

/** Asks the Redis at this address. */
export const examineRedis = async (url: string): Promise<readonly Finding[]> => {
  try {
    return judgeRedis(await askRedis(url));
  } catch (error) {
    return [redisPart.fault(`does not answer: ${wordsOf(error)}`)];
  }
};
