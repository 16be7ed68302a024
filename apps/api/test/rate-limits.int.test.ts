import { describe, expect, it } from 'vitest';
import { KEYS, openTestSystem, type TestSystem, toWebhookPath } from './test-system.ts';

interface Call {
  readonly key?: string;
  readonly address?: string;
  readonly url?: string;
}

async function getStatus({ app }: TestSystem, { key, address = '10.0.0.1', url = '/api/slots' }: Call) {
  const headers = { host: 'localhost', ...(key !== undefined && { authorization: `Bearer ${key}` }) };
  return (await app.inject({ method: 'GET', url, headers, remoteAddress: address })).statusCode;
}

async function getStatuses(system: TestSystem, calls: readonly Call[]): Promise<readonly number[]> {
  const statuses = [];
  for (const call of calls) statuses.push(await getStatus(system, call));
  return statuses;
}

function repeat<T>(times: number, value: T): readonly T[] {
  return Array.from({ length: times }, () => value);
}

describe('the rate limits', () => {
  it('count a valid key over all addresses, and each key separately', async () => {
    const system = await openTestSystem({
      as: 'admin',
      limits: { requestsPerKey: 3, requestsPerAddress: 1 },
    });
    const calls = [1, 2, 3, 4].map((n) => ({ key: KEYS.read, address: `10.0.0.${n}` }));
    expect(await getStatuses(system, calls)).toEqual([200, 200, 200, 429]);
    expect(await getStatuses(system, repeat(3, { key: KEYS.write }))).toEqual([200, 200, 200]);
  });

  it('count requests without a valid key per address, public and unknown routes included', async () => {
    const system = await openTestSystem({ as: 'admin', limits: { requestsPerAddress: 3 } });
    const calls = [{}, { url: '/api/unknown' }, { url: '/api/files?link=x' }, {}, { url: '/api/unknown' }];
    const statuses = await getStatuses(system, calls);
    expect(statuses[0]).toBe(401);
    expect(statuses[1]).toBe(404);
    expect(statuses.slice(3)).toEqual([429, 429]);
    expect(
      await getStatuses(system, [{ key: KEYS.read }, { address: '10.0.0.2' }, { url: '/livez' }]),
    ).toEqual([200, 401, 200]);
  });

  it('count all requests per address when no keys are configured', async () => {
    const system = await openTestSystem({ limits: { requestsPerAddress: 2 } });
    expect(await getStatuses(system, repeat(3, {}))).toEqual([200, 200, 429]);
  });

  it('are read from the settings', async () => {
    const env = { RATE_LIMIT_PER_KEY: '1', RATE_LIMIT_PER_ADDRESS: '1', REFUSED_KEYS_PER_MINUTE: '1' };
    const system = await openTestSystem({ as: 'admin', env });
    expect(await getStatuses(system, repeat(2, { key: KEYS.read }))).toEqual([200, 429]);
    expect(await getStatuses(system, repeat(2, {}))).toEqual([401, 429]);
  });
});

describe('unknown API keys', () => {
  it('are answered 401 ten times per minute and address, then 429 with Retry-After, while valid keys are served', async () => {
    const system = await openTestSystem({ as: 'admin' });
    const guesses = Array.from({ length: 13 }, (_, n) => ({ key: `guess-${n}` }));
    expect(await getStatuses(system, guesses)).toEqual([...repeat(10, 401), ...repeat(3, 429)]);
    for (const key of Object.values(KEYS)) expect(await getStatus(system, { key })).toBe(200);
    expect(await getStatus(system, { key: 'guess', address: '10.0.0.2' })).toBe(401);
    const refused = await system.app.inject({
      method: 'GET',
      url: '/api/slots',
      headers: { 'x-api-key': 'guess' },
      remoteAddress: '10.0.0.1',
    });
    expect(refused.json()).toMatchObject({ status: 429, code: 'rate_limited' });
    expect(Number(refused.headers['retry-after'])).toBeGreaterThan(0);
    expect(await system.open.metrics.text()).toContain('trainyard_refusals_total{limit="rate"} 4');
  });

  it('are counted at the login together with those of requests, and a login with a valid key succeeds', async () => {
    const system = await openTestSystem({ as: 'admin', limits: { requestsPerAddress: 20 } });
    const login = async (key: string) =>
      (await system.app.inject({ method: 'POST', url: '/api/session', payload: { key } })).statusCode;
    const form = async (key: string) => {
      const payload = new URLSearchParams({ key, next: '/docs' }).toString();
      const headers = { 'content-type': 'application/x-www-form-urlencoded' };
      return (await system.app.inject({ method: 'POST', url: '/admin/login', payload, headers })).statusCode;
    };
    const statuses = [];
    for (const send of [...repeat(5, login), ...repeat(5, form), login, form])
      statuses.push(await send('unknown'));
    expect(statuses).toEqual([...repeat(10, 401), 429, 429]);
    expect(await getStatuses(system, repeat(21, { address: '127.0.0.1' }))).toContain(429);
    expect([await login(KEYS.read), await form(KEYS.admin)]).toEqual([200, 303]);
  });
});

describe('webhooks', () => {
  it('are limited per second and address, and unknown tokens do not count', async () => {
    const system = await openTestSystem({ env: { WEBHOOKS_PER_SECOND: '2' } });
    const send = async (url: string) =>
      (await system.webhooks.inject({ method: 'POST', url, payload: { id: 'r' } })).statusCode;
    const statuses = [];
    for (const token of ['x', 'x', 'x', undefined, undefined, undefined])
      statuses.push(await send(toWebhookPath('t1', 1, token)));
    expect(statuses).toEqual([401, 401, 401, 200, 200, 429]);
  });

  it('with 90 % duplicates are all answered 200 within the default limit of 2 000 a second', async () => {
    const system = await openTestSystem();
    const paths = Array.from({ length: 1_500 }, (_, n) => toWebhookPath(`t${n % 150}`));
    const payload = { id: 'run-1', status: 'COMPLETED' };
    const statuses = new Set<number>();
    // More requests at once wait for Redis on a busy machine until they are answered 503.
    for (let from = 0; from < paths.length; from += 100) {
      const answers = await Promise.all(
        paths.slice(from, from + 100).map((url) => system.webhooks.inject({ method: 'POST', url, payload })),
      );
      for (const { statusCode } of answers) statuses.add(statusCode);
    }
    expect(statuses).toEqual(new Set([200]));
  });
});
