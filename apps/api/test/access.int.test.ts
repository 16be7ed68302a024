import { describe, expect, it } from 'vitest';
import { startApi, toApiDeps } from '../src/index.ts';
import { KEYS, openTestSystem, type TestSystem, toWebhookPath } from './test-system.ts';

const BODY = { kind: 'actor', subject_id: '0019' };
function getCookie(answer: { headers: Record<string, unknown> }): string {
  return String(answer.headers['set-cookie']).split(';')[0] ?? '';
}

function sendRequest(
  system: TestSystem,
  method: 'GET' | 'POST' | 'PUT',
  url: string,
  headers = {},
  payload?: object,
) {
  return system.app.inject({
    method,
    url,
    headers: { host: 'train.example.com', ...headers },
    ...(payload && { payload }),
  });
}

describe('with API keys', () => {
  it('everything but health, login and webhooks needs one', async () => {
    const system = await openTestSystem({ as: 'admin' });
    for (const url of [
      '/api/trainings',
      '/api/slots',
      '/api/actors',
      '/openapi.json',
      '/docs',
      '/admin/queues',
      '/admin/queues/api/queues',
    ]) {
      const answer = await sendRequest(system, 'GET', url);
      expect(answer.json()).toMatchObject({ status: 401, code: 'unauthorized' });
      expect(answer.headers['www-authenticate']).toBe('Bearer');
    }
    expect((await sendRequest(system, 'POST', '/api/training/start', {}, {})).json()).toMatchObject({
      status: 'failed',
      code: 'unauthorized',
    });
    for (const url of ['/livez', '/readyz', '/admin/login'])
      expect((await sendRequest(system, 'GET', url)).statusCode).toBe(200);
  });

  it('each key does what its scope allows, by either header', async () => {
    const system = await openTestSystem({ as: 'admin' });
    const bearer = (key: string) => ({ authorization: `Bearer ${key}` });
    const statuses = async (key: string) => [
      (await sendRequest(system, 'GET', '/api/trainings', bearer(key))).statusCode,
      (await sendRequest(system, 'POST', '/api/trainings/preview', bearer(key), BODY)).statusCode,
      (await sendRequest(system, 'POST', '/api/trainings', { 'x-api-key': key }, { ...BODY, force: true }))
        .statusCode,
      (await sendRequest(system, 'PUT', '/api/dispatch', bearer(key), { paused: true })).statusCode,
      (await sendRequest(system, 'GET', '/admin/queues/', bearer(key))).statusCode,
    ];
    expect(await statuses(KEYS.read)).toEqual([200, 200, 403, 403, 403]);
    expect(await statuses(KEYS.write)).toEqual([200, 200, 202, 403, 403]);
    expect(await statuses(KEYS.admin)).toEqual([200, 200, 202, 200, 200]);
    for (const wrong of ['', 'x', `${KEYS.admin}x`, KEYS.admin.slice(1)])
      expect((await sendRequest(system, 'GET', '/api/trainings', bearer(wrong))).statusCode).toBe(401);
  });

  it('a key never comes back, be it right or wrong', async () => {
    const system = await openTestSystem({ as: 'admin' });
    const answers = await Promise.all([
      sendRequest(system, 'GET', '/api/trainings', { authorization: 'Bearer wrong-key-of-someone' }),
      sendRequest(system, 'POST', '/api/session', {}, { key: 'wrong-key-of-someone' }),
      sendRequest(system, 'POST', '/api/session', {}, { key: KEYS.admin }),
    ]);
    const told =
      answers.map((each) => each.body + JSON.stringify(each.headers)).join() + JSON.stringify(system.lines);
    expect(told).not.toMatch(/wrong-key-of-someone|admin-key-of-the-tests/);
  });
});

describe('a session', () => {
  it('stands for its key, and only from our own pages', async () => {
    const system = await openTestSystem({ as: 'admin' });
    const login = await sendRequest(system, 'POST', '/api/session', {}, { key: KEYS.write });
    expect(login.json()).toMatchObject({ scope: 'write' });
    expect(String(login.headers['set-cookie'])).toMatch(/HttpOnly; SameSite=Strict/i);
    const cookie = getCookie(login);
    expect((await sendRequest(system, 'GET', '/api/trainings', { cookie })).statusCode).toBe(200);
    expect(
      (
        await sendRequest(
          system,
          'POST',
          '/api/trainings',
          { cookie, origin: 'http://train.example.com' },
          BODY,
        )
      ).statusCode,
    ).toBe(202);
    expect((await sendRequest(system, 'PUT', '/api/dispatch', { cookie }, { paused: true })).statusCode).toBe(
      403,
    );
    for (const foreign of [
      { origin: 'https://evil.example' },
      { 'sec-fetch-site': 'cross-site' },
      { origin: 'null' },
    ])
      expect(
        (await sendRequest(system, 'POST', '/api/trainings', { cookie, ...foreign }, BODY)).json(),
      ).toMatchObject({ code: 'cross_site' });
  });

  it('cannot be forged or changed', async () => {
    const system = await openTestSystem({ as: 'admin' });
    const cookie = getCookie(await sendRequest(system, 'POST', '/api/session', {}, { key: KEYS.read }));
    const [name, value = ''] = cookie.split('=');
    const forged = Buffer.from(JSON.stringify({ key: 'x', until: 9e15 })).toString('base64url');
    for (const bad of [
      `${name}=${forged}`,
      `${name}=${value.slice(0, -3)}`,
      `${name}=x.${value.split('.')[1]}`,
      `${name}=`,
    ])
      expect((await sendRequest(system, 'GET', '/api/trainings', { cookie: bad })).statusCode).toBe(401);
  });

  it('begins at the login page, which goes nowhere else', async () => {
    const system = await openTestSystem({ as: 'admin' });
    const page = await sendRequest(system, 'GET', '/admin/queues', { accept: 'text/html' });
    expect([page.statusCode, page.headers['location']]).toEqual([302, '/admin/login?next=%2Fadmin%2Fqueues']);
    const form = await sendRequest(system, 'GET', '/admin/login?next=//evil.example');
    expect(form.headers['content-security-policy']).toContain("default-src 'none'");
    expect(form.body).not.toContain('evil.example');
    const post = (key: string) =>
      system.app.inject({
        method: 'POST',
        url: '/admin/login',
        headers: { host: 'h', 'content-type': 'application/x-www-form-urlencoded' },
        payload: new URLSearchParams({ key, next: '/docs' }).toString(),
      });
    expect((await post('nobody')).statusCode).toBe(401);
    const done = await post(KEYS.admin);
    expect([done.statusCode, done.headers['location']]).toEqual([303, '/docs']);
    const cookie = getCookie(done);
    expect((await sendRequest(system, 'GET', '/docs/', { cookie })).statusCode).toBe(200);
    expect((await sendRequest(system, 'GET', '/admin/queues/', { cookie })).statusCode).toBe(200);
  });

  it('allows few wrong tries', async () => {
    const system = await openTestSystem({ as: 'admin' });
    const statuses = [];
    for (let tries = 0; tries < 12; tries += 1)
      statuses.push(
        (await sendRequest(system, 'POST', '/api/session', {}, { key: `guess-${tries}` })).json().code,
      );
    expect(statuses.filter((code) => code === 'rate_limited')).toHaveLength(2);
  });
});

describe('without API keys', () => {
  it('only this machine is answered, by its own name', async () => {
    const system = await openTestSystem();
    for (const host of ['localhost:8787', '127.0.0.1', '[::1]:8787'])
      expect((await sendRequest(system, 'GET', '/api/trainings', { host })).statusCode).toBe(200);
    for (const host of ['evil.example', 'localhost.evil.example', '10.0.0.1:8787'])
      expect((await sendRequest(system, 'GET', '/api/trainings', { host })).json()).toMatchObject({
        status: 403,
        code: 'foreign_host',
      });
  });

  it('another site’s page changes nothing', async () => {
    const system = await openTestSystem();
    const headers = { host: 'localhost:8787', origin: 'https://evil.example' };
    expect((await sendRequest(system, 'POST', '/api/auto-train/runs', headers)).json()).toMatchObject({
      code: 'cross_site',
    });
    expect((await system.deps.store.list({ limit: 5 })).items).toEqual([]);
  });

  it('it listens on the loopback alone, and says so', async () => {
    const system = await openTestSystem();
    const api = await startApi({
      deps: toApiDeps(system.open),
      options: { keys: [] },
      host: '0.0.0.0',
      port: 0,
      webhookPort: 0,
    });
    expect([new URL(api.url).hostname, new URL(api.webhookUrl ?? '').hostname]).toEqual([
      '127.0.0.1',
      '127.0.0.1',
    ]);
    expect(system.lines).toContainEqual(expect.objectContaining({ event: 'no_api_keys' }));
    expect((await fetch(`${api.url}/livez`)).status).toBe(200);
    expect((await fetch(`${api.webhookUrl}/livez`)).status).toBe(404);
    await api.close();
  });
});

describe('the edge', () => {
  it('answers unknown routes with a problem', async () => {
    const system = await openTestSystem();
    const answer = await system.call('GET', '/api/nothing?token=abc');
    expect(answer.json()).toMatchObject({
      status: 404,
      code: 'not_found',
      detail: 'There is no GET /api/nothing',
    });
    expect(JSON.stringify(system.lines)).not.toContain('abc');
  });

  it('sets security headers and allows no other origin', async () => {
    const system = await openTestSystem();
    const answer = await system.call('GET', '/api/trainings', undefined, { origin: 'https://evil.example' });
    expect(answer.headers).toMatchObject({
      'x-content-type-options': 'nosniff',
      'content-security-policy': expect.stringContaining("default-src 'none'"),
    });
    expect(answer.headers['access-control-allow-origin']).toBeUndefined();
  });

  it('limits how often one caller asks', async () => {
    const system = await openTestSystem({ rateLimit: { max: 3, windowMs: 60_000 } });
    const codes = [];
    for (let times = 0; times < 5; times += 1)
      codes.push((await system.call('GET', '/api/dispatch')).statusCode);
    expect(codes).toEqual([200, 200, 200, 429, 429]);
    expect((await system.call('GET', '/livez')).statusCode).toBe(200);
  });

  it('describes itself in OpenAPI 3.1, and shows that without anything from elsewhere', async () => {
    const system = await openTestSystem();
    const described = (await system.call('GET', '/openapi.json')).json();
    expect(described.openapi).toBe('3.1.0');
    expect(Object.keys(described.paths)).toEqual(
      expect.arrayContaining([
        '/api/trainings',
        '/api/training/start',
        '/api/actors/{id}/mark-good',
        '/api/auto-train/runs/{id}',
      ]),
    );
    expect(described.paths['/livez'].get.security).toEqual([]);
    expect(described.security).toEqual([{ bearer: [] }, { apiKey: [] }]);
    expect(Object.keys(described.paths).filter((path) => path.startsWith('/admin'))).toEqual([]);
    const page = await system.call('GET', '/docs/');
    expect(page.headers['content-security-policy']).toContain("script-src 'self'");
    expect(page.body).not.toMatch(/(src|href)="https?:/);
  });
});

describe('when Redis is gone', () => {
  it('answers soon with 503, is not ready, and lives; then it works again', async () => {
    const system = await openTestSystem();
    process.kill(system.redis.pid, 'SIGKILL');
    await expect
      .poll(async () => (await system.call('GET', '/readyz')).statusCode, { timeout: 20_000 })
      .toBe(503);
    expect((await system.call('GET', '/readyz')).json()).toEqual({
      status: 'unavailable',
      reasons: ['Redis does not answer'],
    });
    expect((await system.call('GET', '/livez')).statusCode).toBe(200);
    const answers = await Promise.all([
      system.call('POST', '/api/trainings', BODY),
      system.call('GET', '/api/trainings'),
      system.call('GET', '/api/slots'),
      system.call('GET', '/admin/queues/api/queues?activeQueue=trainings'),
      system.webhooks.inject({
        method: 'POST',
        url: toWebhookPath('t1'),
        payload: { id: 'r', status: 'COMPLETED' },
      }),
    ]);
    for (const answer of answers) {
      expect(answer.json()).toMatchObject({ status: 503, code: 'redis_unavailable' });
      expect(answer.headers['retry-after']).toBeDefined();
    }
    await system.redis.restart();
    await expect
      .poll(async () => (await system.call('GET', '/readyz')).statusCode, { timeout: 20_000 })
      .toBe(200);
    expect((await system.call('POST', '/api/trainings', BODY)).statusCode).toBe(202);
  });
});
