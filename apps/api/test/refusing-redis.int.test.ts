import { Redis } from 'ioredis';
import { expect, it } from 'vitest';
import { openTestSystem, toWebhookPath } from './test-system.ts';

const BODY = { kind: 'actor', subject_id: '0019' };

/** Changes a configuration parameter of Redis; `replicaof` 1 makes it the replica of a master that does not answer. */
async function setRedisConfig(url: string, name: string, value: number): Promise<void> {
  const redis = new Redis(url);
  if (name === 'replicaof')
    await redis.replicaof(...((value === 1 ? ['127.0.0.1', 2] : ['NO', 'ONE']) as ['NO', 'ONE']));
  else await redis.config('SET', name, value);
  await redis.quit();
}

it.each([
  ['min-replicas-to-write', 1, 0, 'Redis has too few replicas'],
  ['maxmemory', 1, 0, 'Redis has no memory left (maxmemory)'],
  ['replicaof', 1, 0, 'Redis is a read-only replica'],
])(
  'the API answers 503 with the reason while Redis refuses writes (%s), and continues to read',
  async (...facts) => {
    const [setting, bad, good, reason] = facts;
    const system = await openTestSystem({ ownRedis: true });
    const { id } = (await system.call('POST', '/api/trainings', BODY)).json();
    await setRedisConfig(system.redis.url, setting, bad);
    const answers = await Promise.all([
      system.call('POST', `/api/trainings/${id}/cancel`),
      system.call('PATCH', `/api/trainings/${id}`, { priority: 3 }),
      system.call('PUT', '/api/dispatch', { paused: true }),
      system.call('PUT', '/api/dispatch', { max_concurrency: 3 }),
      system.call('PUT', '/api/budgets', { day_usd: null }),
      system.call('POST', '/api/auto-train/runs', { all: true }),
      system.call('PUT', '/api/auto-train/schedule', { cron: '0 3 * * *', limit: 2 }),
      system.call(
        'POST',
        '/api/actors/0042/mark-good',
        { version_id: 'v1', good: true },
        { 'idempotency-key': 'k1' },
      ),
      system.webhooks.inject({
        method: 'POST',
        url: toWebhookPath(id),
        payload: { id: 'r', status: 'COMPLETED' },
      }),
      system.webhooks.inject({ method: 'POST', url: toWebhookPath(id), payload: 'garbage' }),
    ]);
    const problems = answers.map((answer) => [answer.json().code, answer.headers['retry-after']]);
    expect(problems).toEqual(answers.map(() => ['redis_unavailable', '2']));
    expect(answers[0]?.json().detail).toContain(reason);
    expect((await system.call('POST', '/api/trainings', { ...BODY, force: true })).statusCode).toBe(503);
    expect((await system.call('GET', '/api/slots')).statusCode).toBe(200);
    expect((await system.call('GET', '/readyz')).json()).toEqual({
      status: 'unavailable',
      reasons: [reason],
    });
    expect((await system.call('GET', '/api/dispatch')).json()).toMatchObject({ redis: { reason } });
    expect((await system.call('GET', `/api/trainings/${id}`)).json()).toMatchObject({ status: 'queued' });

    await setRedisConfig(system.redis.url, setting, good);
    expect((await system.call('GET', '/api/dispatch')).json()).toMatchObject({ redis: null });
    expect((await system.call('POST', `/api/trainings/${id}/cancel`)).json()).toMatchObject({
      status: 'cancelled',
    });
  },
);
