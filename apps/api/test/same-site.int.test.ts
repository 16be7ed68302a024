import { describe, expect, it } from 'vitest';
import { openAccessServer, SERVER_KEYS } from './access-server.ts';

const HOST = 'trainyard.example.com';
const OWN = `http://${HOST}`;
const UI = 'http://localhost:5173';

/** Origin and Sec-Fetch-Site of a mutating request, and whether it is same-site for the host trainyard.example.com. */
const SOURCES: readonly (readonly [
  origin: string | undefined,
  site: string | undefined,
  isSameSite: boolean,
])[] = [
  [undefined, undefined, true],
  [OWN, undefined, true],
  [OWN, 'same-origin', true],
  [undefined, 'same-origin', true],
  ['null', 'same-origin', true],
  [`https://${HOST}`, 'same-origin', true],
  ['http://127.0.0.1:8787', 'same-origin', true],
  ['null', undefined, false],
  ['null', 'cross-site', false],
  ['null', 'same-site', false],
  ['null', 'none', false],
  [OWN, 'cross-site', false],
  [OWN, 'same-site', false],
  [OWN, 'none', false],
  [undefined, 'cross-site', false],
  [undefined, 'same-site', false],
  [undefined, 'none', false],
  [undefined, 'Same-Origin', false],
  [undefined, '', false],
  ['', undefined, false],
  [`https://${HOST}`, undefined, false],
  [`${OWN}:8787`, undefined, false],
  [`http://sub.${HOST}`, undefined, false],
  ['http://example.com', undefined, false],
  [`http://${HOST}.evil.example`, undefined, false],
  [`${OWN}:80`, undefined, false],
  [`${OWN}/`, undefined, false],
  [`http://user@${HOST}`, undefined, false],
  ['https://evil.example', undefined, false],
  ['https://evil.example', 'cross-site', false],
  [UI, undefined, false],
  [UI, 'same-site', false],
  ['file://', undefined, false],
  ['chrome-extension://abcdefgh', 'none', false],
  ['not a url', undefined, false],
];

function toHeaders(origin: string | undefined, site: string | undefined) {
  return {
    ...(origin !== undefined && { origin }),
    ...(site !== undefined && { 'sec-fetch-site': site }),
  };
}

const CREDENTIALS = {
  cookie: (cookie: string) => ({ cookie }),
  'x-api-key': () => ({ 'x-api-key': SERVER_KEYS.write }),
  bearer: () => ({ authorization: `Bearer ${SERVER_KEYS.write}` }),
};

describe('a mutating request', () => {
  it.each(Object.keys(CREDENTIALS) as (keyof typeof CREDENTIALS)[])(
    'with the credential %s is accepted from its own origin only',
    async (kind) => {
      const server = await openAccessServer();
      const credentials = CREDENTIALS[kind](await server.logIn());
      for (const [origin, site, isSameSite] of SOURCES) {
        const headers = { host: HOST, ...credentials, ...toHeaders(origin, site) };
        const { status, body } = await server.send({ method: 'POST', headers });
        expect([origin, site, status]).toEqual([origin, site, isSameSite ? 200 : 403]);
        if (!isSameSite) expect(JSON.parse(body)).toMatchObject({ code: 'cross_site' });
      }
    },
  );

  it('is accepted from its own origin only by a server without API keys', async () => {
    const server = await openAccessServer({ keys: [] });
    for (const host of ['localhost:8787', '127.0.0.1:8787', '[::1]:8787'])
      for (const [origin, site, isSameSite] of SOURCES) {
        const headers = { host, ...toHeaders(origin?.replace(HOST, host), site) };
        const { status } = await server.send({ method: 'POST', headers });
        const isAccepted = isSameSite && !origin?.startsWith('https');
        expect([host, origin, site, status]).toEqual([
          host,
          origin,
          site,
          isAccepted || site === 'same-origin' ? 200 : 403,
        ]);
      }
  });

  it('logs in and out from its own origin only', async () => {
    for (const [origin, site, isSameSite] of SOURCES) {
      const server = await openAccessServer({ corsOrigins: [UI] });
      const cookie = await server.logIn();
      const headers = { host: HOST, ...toHeaders(origin, site) };
      const form = { ...headers, 'content-type': 'application/x-www-form-urlencoded' };
      const body = new URLSearchParams({ key: SERVER_KEYS.write, next: '/docs' }).toString();
      const json = { ...headers, 'content-type': 'application/json' };
      const key = JSON.stringify({ key: SERVER_KEYS.write });
      const statuses = [
        await server.send({ method: 'POST', path: '/admin/login', headers: form, body }),
        await server.send({ method: 'POST', path: '/api/session', headers: json, body: key }),
        await server.send({ method: 'DELETE', path: '/api/session', headers: { ...headers, cookie } }),
        await server.send({ headers: { host: HOST, cookie } }),
      ].map(({ status }) => status);
      expect([origin, site, ...statuses]).toEqual([
        origin,
        site,
        ...(isSameSite ? [303, 200, 204, 401] : [403, 403, 403, 200]),
      ]);
    }
  });
});

describe('a GET request', () => {
  it('is answered to a session whatever page links to it, unless it names a different origin', async () => {
    const server = await openAccessServer({ corsOrigins: [UI] });
    const cookie = await server.logIn();
    const read = async (headers: Readonly<Record<string, string>>) =>
      (await server.send({ headers: { host: HOST, ...headers } })).status;
    for (const site of ['none', 'same-site', 'same-origin', 'cross-site'])
      expect(await read({ cookie, 'sec-fetch-site': site })).toBe(200);
    expect(await read({ cookie, origin: OWN })).toBe(200);
    for (const origin of ['null', 'https://evil.example', UI]) {
      expect(await read({ cookie, origin })).toBe(401);
      expect(await read({ cookie, origin, 'x-api-key': SERVER_KEYS.read })).toBe(200);
    }
  });
});

describe('a named origin', () => {
  it('changes trainings with a key in a header, and its cookie is not accepted', async () => {
    const server = await openAccessServer({ corsOrigins: [UI, 'https://ui.example.com'] });
    const cookie = await server.logIn();
    const post = async (headers: Readonly<Record<string, string>>) =>
      server.send({ method: 'POST', headers: { host: HOST, 'sec-fetch-site': 'cross-site', ...headers } });
    for (const origin of [UI, 'https://ui.example.com']) {
      const answer = await post({ origin, 'x-api-key': SERVER_KEYS.write });
      expect([answer.status, answer.headers['access-control-allow-origin']]).toEqual([200, origin]);
      expect(answer.headers['access-control-allow-credentials']).toBeUndefined();
      expect((await post({ origin, cookie })).status).toBe(401);
    }
    for (const origin of [
      'http://localhost:5174',
      'https://ui.example.com:8443',
      'http://ui.example.com',
      'null',
    ]) {
      const answer = await post({ origin, 'x-api-key': SERVER_KEYS.write });
      expect([answer.status, answer.headers['access-control-allow-origin']]).toEqual([403, undefined]);
    }
  });

  it('receives a preflight response without credentials, and a different origin receives none', async () => {
    const server = await openAccessServer({ corsOrigins: [UI] });
    const preflight = (origin: string) =>
      server.send({
        method: 'OPTIONS',
        headers: {
          host: HOST,
          origin,
          'access-control-request-method': 'POST',
          'access-control-request-headers': 'authorization,content-type,idempotency-key',
        },
      });
    const named = await preflight(UI);
    expect(named.status).toBe(204);
    expect(named.headers).toMatchObject({
      'access-control-allow-origin': UI,
      'access-control-allow-methods': expect.stringContaining('DELETE'),
      'access-control-allow-headers': 'authorization,content-type,idempotency-key',
      vary: expect.stringMatching(/origin/i),
    });
    expect(named.headers['access-control-allow-credentials']).toBeUndefined();
    const bare = await server.send({ method: 'OPTIONS', headers: { host: HOST, origin: UI } });
    expect([bare.status, bare.body]).toEqual([204, '']);
    const foreign = await preflight('https://evil.example');
    expect(foreign.headers['access-control-allow-origin']).toBeUndefined();
    expect(foreign.status).toBeGreaterThanOrEqual(400);
  });

  it('reads the problem of a refused request', async () => {
    const server = await openAccessServer({ corsOrigins: [UI] });
    const answer = await server.send({ headers: { host: HOST, origin: UI } });
    expect([answer.status, answer.headers['access-control-allow-origin']]).toEqual([401, UI]);
    const unknown = await server.send({ path: '/api/unknown', headers: { host: HOST, origin: UI } });
    expect([unknown.status, JSON.parse(unknown.body).code]).toEqual([404, 'not_found']);
  });

  it('may be a loopback origin without API keys', async () => {
    const server = await openAccessServer({ keys: [], corsOrigins: [UI] });
    const headers = { host: 'localhost:8787', origin: UI, 'sec-fetch-site': 'same-site' };
    expect((await server.send({ method: 'POST', headers })).status).toBe(200);
  });
});

describe('a trusted proxy', () => {
  const forwarded = { 'x-forwarded-proto': 'https', 'x-forwarded-host': HOST };
  const upstream = '127.0.0.1:8787';

  it('names the own origin by X-Forwarded-Host and X-Forwarded-Proto (case 27)', async () => {
    for (const trustProxy of [true, '127.0.0.1', '10.0.0.0/8,loopback']) {
      const server = await openAccessServer({ trustProxy });
      const key = { 'x-api-key': SERVER_KEYS.write };
      const post = async (headers: Readonly<Record<string, string>>) =>
        (await server.send({ method: 'POST', headers: { ...key, ...headers } })).status;
      const origin = `https://${HOST}`;
      expect(await post({ host: upstream, ...forwarded, origin })).toBe(200);
      expect(await post({ host: HOST, 'x-forwarded-proto': 'https', origin })).toBe(200);
      expect(
        await post({ host: upstream, ...forwarded, 'x-forwarded-host': `evil.example, ${HOST}`, origin }),
      ).toBe(200);
      expect(
        await post({
          host: upstream,
          ...forwarded,
          'x-forwarded-host': `${HOST}:8443`,
          origin: `${origin}:8443`,
        }),
      ).toBe(200);
      expect(await post({ host: HOST, ...forwarded, origin: OWN })).toBe(403);
      expect(await post({ host: upstream, ...forwarded, origin: `http://${upstream}` })).toBe(403);
      expect(await post({ host: upstream, origin })).toBe(403);
    }
  });

  it('is none by default: the forwarded headers of any client are ignored', async () => {
    for (const trustProxy of [undefined, false, '10.0.0.0/8']) {
      const server = await openAccessServer(trustProxy === undefined ? {} : { trustProxy });
      const headers = {
        host: upstream,
        ...forwarded,
        origin: `https://${HOST}`,
        'x-api-key': SERVER_KEYS.write,
      };
      expect((await server.send({ method: 'POST', headers })).status).toBe(403);
    }
  });

  it('makes the session cookie Secure behind TLS', async () => {
    const body = JSON.stringify({ key: SERVER_KEYS.write });
    const json = { 'content-type': 'application/json', ...forwarded, host: upstream };
    for (const [trustProxy, headers, isSecure] of [
      [true, json, true],
      ['127.0.0.1', json, true],
      [true, { ...json, 'x-forwarded-proto': 'http' }, false],
      [false, json, false],
    ] as const) {
      const server = await openAccessServer({ trustProxy });
      const cookie = String(
        (await server.send({ method: 'POST', path: '/api/session', headers, body })).headers['set-cookie'],
      );
      expect(cookie).toMatch(/^trainyard_session=[\w-]{43}; .*HttpOnly; .*SameSite=Strict$/);
      expect(/; Secure/.test(cookie)).toBe(isSecure);
    }
  });

  it('does not open a server without API keys to a public host name', async () => {
    for (const trustProxy of [true, false]) {
      const server = await openAccessServer({ keys: [], trustProxy });
      const answers = await Promise.all(
        [HOST, `localhost, ${HOST}`, `${HOST},localhost`, 'localhost:5173'].map((name) =>
          server.send({ headers: { host: upstream, ...forwarded, 'x-forwarded-host': name } }),
        ),
      );
      expect(answers.map(({ status }) => status)).toEqual([403, 403, 403, 200]);
      expect(JSON.parse(answers[0]?.body ?? '')).toMatchObject({ code: 'foreign_host' });
    }
  });
});
