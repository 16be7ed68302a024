import { Redis } from 'ioredis';
import { describe, expect, it } from 'vitest';
import { startApi, toApiDeps } from '../src/index.ts';
import { KEYS, openTestSystem, type TestSystem, toWebhookPath } from './test-system.ts';

const BODY = { kind: 'actor', subject_id: '0019' };
function getCookie(answer: { headers: Record<string, unknown> }): string {
  return String(answer.headers['set-cookie']).split(';')[0] ?? '';
}

function sendRequest(
  system: TestSystem,
  method: 'GET' | 'POST' | 'PUT' | 'DELETE',
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

describe('the API with keys', () => {
  it('requires a key for every route but health, login and webhooks', async () => {
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

  it('permits each key the requests of its scope, by either header', async () => {
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

  it('never returns or logs a key, valid or not', async () => {
    const system = await openTestSystem({ as: 'admin' });
    const answers = await Promise.all([
      sendRequest(system, 'GET', '/api/trainings', { authorization: 'Bearer unknown-key-of-a-caller' }),
      sendRequest(system, 'POST', '/api/session', {}, { key: 'unknown-key-of-a-caller' }),
      sendRequest(system, 'POST', '/api/session', {}, { key: KEYS.admin }),
    ]);
    const output =
      answers.map((each) => each.body + JSON.stringify(each.headers)).join() + JSON.stringify(system.lines);
    expect(output).not.toMatch(/unknown-key-of-a-caller|admin-key-of-the-tests/);
  });
});

describe('a session', () => {
  it('has the scope of its key and is accepted from same-site requests only', async () => {
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

  it('is refused when its cookie is unknown, shortened or changed', async () => {
    const system = await openTestSystem({ as: 'admin' });
    const cookie = getCookie(await sendRequest(system, 'POST', '/api/session', {}, { key: KEYS.read }));
    const [name, value = ''] = cookie.split('=');
    for (const bad of [
      '',
      value.slice(0, -1),
      `${value}x`,
      value.replace(/^./, (first) => (first === 'A' ? 'B' : 'A')),
      'A'.repeat(43),
      JSON.stringify({ key: KEYS.admin, until: 9e15 }),
      '%00',
    ])
      expect(
        (await sendRequest(system, 'GET', '/api/trainings', { cookie: `${name}=${bad}` })).statusCode,
      ).toBe(401);
  });

  it('is stored as digests: Redis holds neither its id nor its key', async () => {
    const system = await openTestSystem({ as: 'admin' });
    const cookie = getCookie(await sendRequest(system, 'POST', '/api/session', {}, { key: KEYS.admin }));
    const redis = new Redis(system.redis.url);
    const [digest = ''] = Object.values(await redis.hgetall('{trainyard}:sessions'));
    const stored = JSON.stringify([
      await redis.hgetall('{trainyard}:sessions'),
      await redis.zrange('{trainyard}:sessions:expiry', 0, '-1'),
    ]);
    await redis.quit();
    expect(digest).toMatch(/^[0-9a-f]{64}$/);
    expect(stored).not.toContain(cookie.slice('trainyard_session='.length));
    expect(stored).not.toContain(KEYS.admin);
  });

  it('ends on the server when its browser logs out or logs in again', async () => {
    const system = await openTestSystem({ as: 'admin' });
    const logIn = async (headers = {}) =>
      getCookie(await sendRequest(system, 'POST', '/api/session', headers, { key: KEYS.write }));
    const read = async (cookie: string) =>
      (await sendRequest(system, 'GET', '/api/trainings', { cookie })).statusCode;
    const [first, second] = [await logIn(), await logIn()];
    const logout = await sendRequest(system, 'DELETE', '/api/session', { cookie: first });
    expect([logout.statusCode, String(logout.headers['set-cookie'])]).toEqual([
      204,
      expect.stringMatching(/^trainyard_session=;.*Expires=Thu, 01 Jan 1970/),
    ]);
    expect([await read(first), await read(second)]).toEqual([401, 200]);
    const third = await logIn({ cookie: second });
    expect([await read(second), await read(third)]).toEqual([401, 200]);
    expect((await sendRequest(system, 'DELETE', '/api/session')).statusCode).toBe(204);
  });

  it('is shared by all processes, and ends for good when its key leaves API_KEYS', async () => {
    const system = await openTestSystem({ as: 'admin' });
    const cookie = getCookie(await sendRequest(system, 'POST', '/api/session', {}, { key: KEYS.write }));
    const readAfterStart = async (keys: readonly string[]) => {
      const api = await startApi({
        deps: toApiDeps(system.open),
        options: { keys: keys.map((key) => ({ key, scope: 'write' })) },
        host: '127.0.0.1',
        port: 0,
      });
      const { status } = await fetch(`${api.url}/api/trainings`, { headers: { cookie } });
      await api.close();
      return status;
    };
    expect(await readAfterStart([KEYS.read, KEYS.write])).toBe(200);
    expect(await readAfterStart([KEYS.read])).toBe(401);
    expect(await readAfterStart([KEYS.read, KEYS.write])).toBe(401);
    expect((await sendRequest(system, 'GET', '/api/trainings', { cookie })).statusCode).toBe(401);
  });

  it('is described by GET /api/session for a session, a key in a header and neither', async () => {
    const system = await openTestSystem({ as: 'admin', version: '1.2.3' });
    const login = await sendRequest(system, 'POST', '/api/session', {}, { key: KEYS.write });
    const read = async (headers: object) =>
      (await sendRequest(system, 'GET', '/api/session', headers)).json();
    const server = { locked: true, version: '1.2.3', time_factor: 1, now: expect.any(String) };
    expect(await read({ cookie: getCookie(login) })).toEqual({
      ...server,
      scope: 'write',
      expires_at: login.json().expires_at,
    });
    const hoursLeft = (Date.parse(login.json().expires_at) - Date.now()) / 3_600_000;
    expect(Math.round(hoursLeft)).toBe(12);
    expect(await read({ 'x-api-key': KEYS.read })).toEqual({ ...server, scope: 'read', expires_at: null });
    expect(await read({})).toEqual({ ...server, scope: null, expires_at: null });
    expect(await read({ 'x-api-key': 'unknown-key' })).toMatchObject({ code: 'unauthorized' });
    const open = await openTestSystem();
    expect((await open.call('GET', '/api/session')).json()).toMatchObject({
      locked: false,
      scope: 'admin',
      expires_at: null,
    });
  });

  it('starts at the login page, which redirects only to paths of this server', async () => {
    const system = await openTestSystem({ as: 'admin' });
    const page = await sendRequest(system, 'GET', '/admin/queues', { accept: 'text/html' });
    expect([page.statusCode, page.headers['location']]).toEqual([302, '/admin/login?next=%2Fadmin%2Fqueues']);
    const query = await sendRequest(system, 'GET', '/docs/?a=1&b=2', { accept: 'text/html' });
    expect(query.headers['location']).toBe('/admin/login?next=%2Fdocs%2F%3Fa%3D1%26b%3D2');
    const form = await sendRequest(system, 'GET', '/admin/login?next=//evil.example');
    expect(form.headers['content-security-policy']).toContain("default-src 'none'");
    expect(form.headers['referrer-policy']).toBe('same-origin');
    expect(form.body).not.toContain('evil.example');
    const escaped = await sendRequest(
      system,
      'GET',
      `/admin/login?next=${encodeURIComponent('/a?b=1&c="><x>')}`,
    );
    expect(escaped.body).toContain('value="/a?b=1&amp;c=%22%3E%3Cx%3E"');
    const post = (key: string) =>
      system.app.inject({
        method: 'POST',
        url: '/admin/login',
        headers: {
          host: 'h',
          accept: 'text/html',
          'content-type': 'application/x-www-form-urlencoded',
        },
        payload: new URLSearchParams({ key, next: '/docs' }).toString(),
      });
    const refused = await post('unknown-key');
    expect([refused.statusCode, refused.body]).toEqual([401, expect.stringContaining('Unknown API key.')]);
    const done = await post(KEYS.admin);
    expect([done.statusCode, done.headers['location']]).toEqual([303, '/docs']);
    const cookie = getCookie(done);
    expect((await sendRequest(system, 'GET', '/docs/', { cookie })).statusCode).toBe(200);
    expect((await sendRequest(system, 'GET', '/admin/queues/', { cookie })).statusCode).toBe(200);
  });
});

describe('the API without keys', () => {
  it('serves only requests with a loopback host name', async () => {
    const system = await openTestSystem();
    for (const host of ['localhost:8787', '127.0.0.1', '[::1]:8787'])
      expect((await sendRequest(system, 'GET', '/api/trainings', { host })).statusCode).toBe(200);
    for (const host of ['evil.example', 'localhost.evil.example', '10.0.0.1:8787'])
      expect((await sendRequest(system, 'GET', '/api/trainings', { host })).json()).toMatchObject({
        status: 403,
        code: 'foreign_host',
      });
  });

  it('rejects mutating requests of a different site', async () => {
    const system = await openTestSystem();
    const headers = { host: 'localhost:8787', origin: 'https://evil.example' };
    expect((await sendRequest(system, 'POST', '/api/auto-train/runs', headers)).json()).toMatchObject({
      code: 'cross_site',
    });
    expect((await system.deps.store.list({ limit: 5 })).items).toEqual([]);
  });

  it('listens on loopback only and logs a warning', async () => {
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

  it('names a port that is in use and its setting', async () => {
    const system = await openTestSystem();
    const parts = { deps: toApiDeps(system.open), options: { keys: [] }, host: '127.0.0.1' };
    const api = await startApi({ ...parts, port: 0 });
    const { port } = new URL(api.url);
    const fault = `Port ${port} is in use. Set PORT, or stop the other process.`;
    await expect(startApi({ ...parts, port: Number(port) })).rejects.toThrow(fault);
    const second = startApi({ ...parts, port: 0, webhookPort: Number(port) });
    await expect(second).rejects.toThrow(`Port ${port} is in use. Set WEBHOOK_PORT, or stop`);
    await api.close();
  });
});

describe('TRUST_PROXY', () => {
  it('is warned of at start when it trusts every address on a public host', async () => {
    const system = await openTestSystem({ as: 'admin' });
    const start = async (host: string, trustProxy: boolean | string) => {
      const before = system.lines.length;
      const options = { keys: [{ key: KEYS.admin, scope: 'admin' as const }], trustProxy };
      const api = await startApi({ deps: toApiDeps(system.open), options, host, port: 0 });
      await api.close();
      return system.lines.slice(before).some(({ event }) => event === 'every_proxy_trusted');
    };
    expect(await start('0.0.0.0', true)).toBe(true);
    expect(await start('0.0.0.0', '10.0.0.0/8')).toBe(false);
    expect(await start('127.0.0.1', true)).toBe(false);
  });
});

describe('the HTTP edge', () => {
  it('answers unknown routes with a problem', async () => {
    const system = await openTestSystem();
    const answer = await system.call('GET', '/api/unknown?token=secret-of-a-query');
    expect(answer.json()).toMatchObject({
      status: 404,
      code: 'not_found',
      detail: 'No route for GET /api/unknown',
    });
    expect(JSON.stringify(system.lines)).not.toContain('secret-of-a-query');
  });

  it('sends security headers and no CORS headers', async () => {
    const system = await openTestSystem();
    const answer = await system.call('GET', '/api/trainings', undefined, { origin: 'https://evil.example' });
    expect(answer.headers).toMatchObject({
      'x-content-type-options': 'nosniff',
      'content-security-policy': expect.stringContaining("default-src 'none'"),
    });
    expect(answer.headers['access-control-allow-origin']).toBeUndefined();
  });

  it('serves an OpenAPI 3.1 document and a page that loads scripts of this server only', async () => {
    const system = await openTestSystem();
    const document = (await system.call('GET', '/openapi.json')).json();
    expect(document.openapi).toBe('3.1.0');
    expect(Object.keys(document.paths)).toEqual(
      expect.arrayContaining([
        '/api/trainings',
        '/api/training/start',
        '/api/actors/{id}/mark-good',
        '/api/auto-train/runs/{id}',
      ]),
    );
    expect(document.paths['/livez'].get.security).toEqual([]);
    expect(document.security).toEqual([{ bearer: [] }, { apiKey: [] }, { session: [] }]);
    expect(Object.keys(document.paths).filter((path) => path.startsWith('/admin'))).toEqual([]);
    const page = await system.call('GET', '/docs/');
    expect(page.headers['content-security-policy']).toContain("script-src 'self'");
    expect(page.body).not.toMatch(/(src|href)="https?:/);
  });
});

describe('the API while Redis is unavailable', () => {
  it('answers 503, stays alive, is not ready, and recovers with Redis', async () => {
    const system = await openTestSystem({ ownRedis: true, as: 'admin' });
    const login = await sendRequest(system, 'POST', '/api/session', {}, { key: KEYS.admin });
    const cookie = getCookie(login);
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
      sendRequest(system, 'GET', '/api/trainings', { cookie }),
      sendRequest(system, 'GET', '/api/session', { cookie }),
      sendRequest(system, 'GET', '/admin/queues/', { cookie, accept: 'text/html' }),
      sendRequest(system, 'POST', '/api/session', {}, { key: KEYS.admin }),
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
    expect((await sendRequest(system, 'GET', '/api/trainings', { cookie })).statusCode).toBe(200);
  });
});
