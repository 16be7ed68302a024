import { createServer, type IncomingHttpHeaders } from 'node:http';
import type { AddressInfo } from 'node:net';
import { PUBLIC_HOST, startTlsProxy, type TestPage, useBrowser } from '@trainyard/testing/browser';
import { describe, expect, it, onTestFinished } from 'vitest';
import { type ApiOptions, startApi, toApiDeps } from '../src/index.ts';
import { KEYS, openTestSystem, type TestSystem } from './test-system.ts';

const browser = useBrowser();

interface Served {
  readonly system: TestSystem;
  readonly port: number;
}

/** The API on a free port of 127.0.0.1. */
async function serve(options: Partial<ApiOptions> = {}): Promise<Served> {
  const system = await openTestSystem();
  const { admin, read } = KEYS;
  const keys = [
    { key: admin, scope: 'admin' },
    { key: read, scope: 'read' },
  ] as const;
  const parts = { deps: toApiDeps(system.open), options: { keys, ...options } };
  const api = await startApi({ ...parts, host: '127.0.0.1', port: 0 });
  onTestFinished(() => api.close());
  return { system, port: Number(new URL(api.url).port) };
}

/** A server of a different origin that answers every request with this HTML and records its headers. */
async function serveForeignPage(html: string) {
  const requests: IncomingHttpHeaders[] = [];
  const server = createServer(({ headers }, response) => {
    requests.push(headers);
    response.setHeader('content-type', 'text/html').end(html);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => {
    server.close();
    server.closeAllConnections();
  });
  return { url: `http://localhost:${(server.address() as AddressInfo).port}`, requests };
}

async function submitKey({ page }: TestPage, key: string): Promise<void> {
  await page.getByLabel('API key').fill(key);
  await page.getByRole('button', { name: 'Sign in' }).click();
}

describe('Bull Board in Chromium', () => {
  it('reads like a training: name, policy, steps, state, and the reason why it waits', async () => {
    const { system, port } = await serve({ keys: [] });
    const body = { kind: 'actor', subject_id: '0019', version_name: 'V7' };
    const { id } = (await system.call('POST', '/api/trainings', body)).json();
    const other = (await system.call('POST', '/api/trainings', { kind: 'actor', subject_id: '0042' })).json();
    await system.call('POST', `/api/trainings/${other.id}/cancel`);
    const { page } = await browser.openPage();
    const board = `http://localhost:${port}/admin/queues/queue/trainings`;
    await page.goto(`${board}?status=prioritized`);
    await page.getByText('actor 0019 european 20 female · V7').first().waitFor();
    await page.goto(`${board}/${id}`);
    for (const text of ['flux-presets A', '1500', 'queued', 'in the queue'])
      await page.getByText(text).first().waitFor();
    await page.goto(`${board}?status=completed`);
    await page.getByText('actor 0042 european 20 female').first().waitFor();
  });
});

describe('the login in Chromium', () => {
  const addresses = {
    '127.0.0.1': async () => `http://127.0.0.1:${(await serve()).port}`,
    localhost: async () => `http://localhost:${(await serve()).port}`,
    'a TLS proxy': async () => {
      const { port } = await serve({ trustProxy: '127.0.0.1' });
      return `https://${PUBLIC_HOST}:${await startTlsProxy(`http://127.0.0.1:${port}`)}`;
    },
    'a TLS proxy that is not trusted': async () => {
      const { port } = await serve();
      return `https://${PUBLIC_HOST}:${await startTlsProxy(`http://127.0.0.1:${port}`)}`;
    },
  };

  it.each(Object.keys(addresses) as (keyof typeof addresses)[])(
    'opens docs and Bull Board by %s, and the logout closes both',
    async (name) => {
      const url = await addresses[name]();
      const opened = await browser.openPage();
      const { page, context } = opened;
      const board = '/admin/queues/queue/trainings?status=active';
      await page.goto(`${url}${board}`);
      expect(page.url()).toBe(`${url}/admin/login?next=${encodeURIComponent(board)}`);
      await submitKey(opened, 'an-unknown-key-of-the-tests');
      expect(await page.getByRole('alert').textContent()).toBe('Unknown API key.');
      await submitKey(opened, KEYS.admin);
      await page.waitForURL(`${url}${board}`);
      await page.getByText('maintenance').first().waitFor();
      expect(await context.cookies()).toMatchObject([
        { httpOnly: true, sameSite: 'Strict', secure: name === 'a TLS proxy', path: '/' },
      ]);
      expect((await page.goto(`${url}/docs/`, { waitUntil: 'commit' }))?.status()).toBe(200);
      const call = (method: string, path: string) =>
        page.evaluate(async ([m, p]) => (await fetch(p, { method: m })).status, [method, path] as const);
      expect(await call('DELETE', '/api/session')).toBe(204);
      expect(await call('GET', '/api/trainings')).toBe(401);
      await page.goto(`${url}/docs/`);
      expect(page.url()).toBe(`${url}/admin/login?next=%2Fdocs%2F`);
    },
  );
});

/** A sandboxed frame without an origin: it sends a form and a request with a body to the target. */
function renderSandbox(target: string): string {
  const frame = `<form method="post" action="${target}/admin/login"><input name="key" value="${KEYS.admin}"></form>
    <script>
      const send = (method, path, body) => fetch('${target}' + path, { method, body, mode: 'no-cors', credentials: 'include' });
      Promise.allSettled([
        send('POST', '/api/trainings', '{"kind":"actor","subject_id":"0019"}'),
        send('POST', '/api/session', '{"key":"${KEYS.admin}"}'),
        send('POST', '/api/auto-train/runs', '{"all":true}'),
        fetch(document.referrer, { method: 'POST', mode: 'no-cors' }),
      ]).then(() => document.forms[0].submit());
    </script>`;
  return `<!doctype html><iframe sandbox="allow-scripts allow-forms" srcdoc="${frame.replaceAll('"', '&quot;')}"></iframe>`;
}

describe('a sandboxed frame in Chromium', () => {
  it.each([
    ['with API keys', {}],
    ['without API keys', { keys: [] }],
  ] as const)('changes nothing on a server %s', async (_, options) => {
    const { system, port } = await serve(options);
    const target = `http://localhost:${port}`;
    const { page, context } = await browser.openPage();
    await context.request.post(`${target}/api/session`, { data: { key: KEYS.admin } });
    const before = system.lines.length;
    const foreign = await serveForeignPage(renderSandbox(target));
    await page.goto(foreign.url);
    const listAnswers = () =>
      system.lines
        .slice(before)
        .filter(({ event }) => event === 'http_response')
        .map(({ fields }) => `${fields['route']} ${fields['status']}`);
    await expect
      .poll(() => listAnswers().toSorted())
      .toEqual(['/admin/login 403', '/api/auto-train/runs 403', '/api/session 403', '/api/trainings 403']);
    expect(foreign.requests).toContainEqual(
      expect.objectContaining({ origin: 'null', 'sec-fetch-site': 'cross-site' }),
    );
    expect((await system.deps.store.list({ limit: 5 })).items).toEqual([]);
  });
});

describe('a page of a different origin in Chromium', () => {
  it('calls the API with a key in a header if CORS_ORIGINS names it, and never with the cookie', async () => {
    const { url: named } = await serveForeignPage('named');
    const { url: foreign } = await serveForeignPage('foreign');
    const { port } = await serve({ corsOrigins: [named] });
    const target = `http://localhost:${port}`;
    const { page, context } = await browser.openPage();
    await context.request.post(`${target}/api/session`, { data: { key: KEYS.admin } });
    const callFrom = async (from: string, init: object) => {
      await page.goto(from);
      return page.evaluate(
        async ([url, options]) =>
          fetch(url, options).then(
            ({ status }) => status,
            () => 'blocked',
          ),
        [`${target}/api/trainings/preview`, init] as const,
      );
    };
    const headers = { 'content-type': 'application/json' };
    const body = JSON.stringify({ kind: 'actor', subject_id: '0019' });
    const withKey = { method: 'POST', body, headers: { ...headers, authorization: `Bearer ${KEYS.admin}` } };
    expect(await callFrom(named, withKey)).toBe(200);
    expect(await callFrom(named, { method: 'POST', body, headers })).toBe(401);
    expect(await callFrom(named, { method: 'POST', body, headers, credentials: 'include' })).toBe('blocked');
    expect(await callFrom(foreign, withKey)).toBe('blocked');
  });
});

/** Adds an inline script and a picture of a different site to a page. */
const VIOLATIONS = `
  const script = document.createElement('script');
  script.textContent = 'document.title = "executed"';
  const image = Object.assign(new Image(), { src: 'http://127.0.0.1:9/x.png' });
  document.documentElement.append(script, image);
`;

describe('the content security policies in Chromium', () => {
  it('are violated by none of the four surfaces', async () => {
    const { system, port } = await serve();
    const { id } = await system
      .call('POST', '/api/trainings', { kind: 'actor', subject_id: '0019' })
      .then((answer) => answer.json());
    const url = `http://localhost:${port}`;
    const opened = await browser.openPage();
    const { page, violations } = opened;
    await page.goto(`${url}/api/trainings`);
    await page.goto(`${url}/admin/login?next=/docs/`);
    await submitKey(opened, 'an-unknown-key-of-the-tests');
    await submitKey(opened, KEYS.admin);
    await page.locator('#operations-trainings-get_api_trainings, .opblock-summary').first().click();
    await page.getByRole('button', { name: 'Try it out' }).first().click();
    await page.getByRole('button', { name: 'Execute' }).first().click();
    await page.locator('.responses-table.live-responses-table').first().waitFor();
    await page.goto(`${url}/api/trainings`);
    await page.goto(`${url}/api/unknown`);
    await page.goto(`${url}/openapi.json`);
    await page.goto(`${url}/admin/queues/queue/trainings/${id}`);
    await page.getByText(id).first().waitFor();
    await page.goto(`${url}/admin/queues/job-schedulers`);
    await page.getByText('maintenance').first().waitFor();
    expect(violations).toEqual([]);
  });

  it('are seen at work by these tests: a foreign picture and an inline script are refused on each surface', async () => {
    const { port } = await serve({ keys: [] });
    const { page, violations } = await browser.openPage();
    for (const path of ['/api/trainings', '/docs/', '/admin/queues']) {
      await page.goto(`http://localhost:${port}${path}`, { waitUntil: 'domcontentloaded' });
      const before = violations.length;
      await page.evaluate(VIOLATIONS);
      await expect.poll(() => violations.length - before).toBeGreaterThanOrEqual(2);
      expect(await page.title()).not.toBe('executed');
    }
  });
});
