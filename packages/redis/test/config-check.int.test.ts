import { realClock, startTestRedis, type TestRedisOptions } from '@trainyard/testing/redis';
import { Redis } from 'ioredis';
import { describe, expect, it, onTestFinished } from 'vitest';
import { checkRedisConfig, inspectRedis, openRedisBackend, type RedisFinding } from '../src/index.ts';

async function startRedis(settings: NonNullable<TestRedisOptions['settings']>) {
  const redis = await startTestRedis({ settings });
  onTestFinished(() => redis.close());
  return redis;
}

/** Opens a backend and closes it again. @returns the warnings */
async function open(redisUrl: string, withoutAof = false): Promise<readonly RedisFinding[]> {
  const warnings: RedisFinding[] = [];
  const on = await openRedisBackend({
    redisUrl,
    clock: realClock,
    initialMaxConcurrency: 2,
    withoutAof,
    onError: () => undefined,
    onWarning: (warning) => warnings.push(warning),
  });
  await on.close();
  return warnings;
}

describe('the start of a process', () => {
  it('reports no warning for a Redis with AOF, appendfsync always and noeviction', async () => {
    const { url } = await startRedis({});
    expect(await open(url)).toEqual([]);
  });

  it('refuses a Redis with an eviction policy, and writes no key to it', async () => {
    const { url } = await startRedis({ 'maxmemory-policy': 'volatile-lru' });
    await expect(open(url, true)).rejects.toMatchObject({
      code: 'redis_config_invalid',
      message: expect.stringContaining('maxmemory-policy is volatile-lru'),
    });
    const raw = new Redis(url);
    expect(await raw.dbsize()).toBe(0);
    await raw.quit();
  });

  it('refuses a Redis without AOF, and only warns when the settings allow it', async () => {
    const { url } = await startRedis({ appendonly: 'no' });
    await expect(open(url)).rejects.toMatchObject({
      faults: [{ property: 'persistence', status: 'fault' }],
    });
    expect(await open(url, true)).toMatchObject([{ property: 'persistence', status: 'warning' }]);
  });

  it('warns of appendfsync everysec', async () => {
    const { url } = await startRedis({ appendfsync: 'everysec' });
    expect(await open(url)).toMatchObject([{ property: 'persistence', status: 'warning' }]);
  });

  it('reads INFO when CONFIG is disabled, and warns of properties that INFO does not report', async () => {
    const { url } = await startRedis({ 'rename-command': ['CONFIG', ''] });
    expect(await open(url)).toMatchObject([
      { property: 'persistence', status: 'warning', text: expect.stringContaining('appendfsync is unknown') },
    ]);
    const { url: evicting } = await startRedis({
      'rename-command': ['CONFIG', ''],
      'maxmemory-policy': 'allkeys-lru',
    });
    await expect(open(evicting)).rejects.toThrow('allkeys-lru');
  });
});

it('trainyard doctor and the start of a process report the same faults', async () => {
  const { url } = await startRedis({ appendonly: 'no', 'maxmemory-policy': 'allkeys-random' });
  const faults = checkRedisConfig(await inspectRedis(url)).filter(({ status }) => status === 'fault');
  await expect(open(url)).rejects.toMatchObject({ faults });
});
