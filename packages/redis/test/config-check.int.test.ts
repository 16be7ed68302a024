import { realClock, startTestRedis, type TestRedisOptions } from '@trainyard/testing/redis';
import { Redis } from 'ioredis';
import { describe, expect, it, onTestFinished } from 'vitest';
import { checkRedisConfig, inspectRedis, openRedisBackend, type RedisFinding } from '../src/index.ts';

async function started(settings: NonNullable<TestRedisOptions['settings']>) {
  const redis = await startTestRedis({ settings });
  onTestFinished(() => redis.close());
  return redis;
}

/** Opens the queues there and closes them again. @returns what was warned of */
async function opened(redisUrl: string, withoutAof = false): Promise<readonly RedisFinding[]> {
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

describe('a process that starts', () => {
  it('is content with a Redis as production has it', async () => {
    const { url } = await started({});
    expect(await opened(url)).toEqual([]);
  });

  it('refuses a Redis that evicts, whatever else is let pass, and leaves nothing there', async () => {
    const { url } = await started({ 'maxmemory-policy': 'volatile-lru' });
    await expect(opened(url, true)).rejects.toMatchObject({
      code: 'redis_config_invalid',
      message: expect.stringContaining('maxmemory-policy is volatile-lru'),
    });
    const raw = new Redis(url);
    expect(await raw.dbsize()).toBe(0);
    await raw.quit();
  });

  it('refuses a Redis without persistence, unless told to go on, and then warns', async () => {
    const { url } = await started({ appendonly: 'no' });
    await expect(opened(url)).rejects.toMatchObject({
      faults: [{ property: 'persistence', verdict: 'fault' }],
    });
    expect(await opened(url, true)).toMatchObject([{ property: 'persistence', verdict: 'warning' }]);
  });

  it('warns of persistence that are a second behind', async () => {
    const { url } = await started({ appendfsync: 'everysec' });
    expect(await opened(url)).toMatchObject([{ property: 'persistence', verdict: 'warning' }]);
  });

  it('asks INFO where CONFIG is forbidden, and calls unknown what is not told there', async () => {
    const { url } = await started({ 'rename-command': ['CONFIG', ''] });
    expect(await opened(url)).toMatchObject([
      { property: 'persistence', verdict: 'warning', text: expect.stringContaining('appendfsync unknown') },
    ]);
    const { url: evicting } = await started({
      'rename-command': ['CONFIG', ''],
      'maxmemory-policy': 'allkeys-lru',
    });
    await expect(opened(evicting)).rejects.toThrow('allkeys-lru');
  });
});

it('the doctor and every start judge by the same facts', async () => {
  const { url } = await started({ appendonly: 'no', 'maxmemory-policy': 'allkeys-random' });
  const faults = checkRedisConfig(await inspectRedis(url)).filter(({ status }) => status === 'fault');
  await expect(opened(url)).rejects.toMatchObject({ faults });
});
