import { once } from 'node:events';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { request as sendHttp } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { brotliDecompressSync, gunzipSync, gzipSync } from 'node:zlib';
import { describe, expect, it, onTestFinished } from 'vitest';
import { KEYS, openTestSystem, type TestSystem, type TestSystemOptions } from './test-system.ts';

const PAGE = '<!doctype html><title>Trainyard</title>';
const SCRIPT = `export const numbers = [${'1, '.repeat(2_000)}];`;
const FONT = Buffer.alloc(3_000, 'wOF2');
const POLICY = "default-src 'self'; frame-ancestors 'none'; base-uri 'self'; form-action 'self'";
const HTML = { accept: 'text/html,application/xhtml+xml,*/*;q=0.8' };

/** The API with a studio of one page, a script, a font and an icon. */
async function openStudio(options: TestSystemOptions = {}): Promise<TestSystem> {
  const dir = await mkdtemp(join(tmpdir(), 'trainyard-studio-'));
  onTestFinished(() => rm(dir, { recursive: true }));
  await mkdir(join(dir, 'assets'));
  await writeFile(join(dir, 'index.html'), PAGE);
  await writeFile(join(dir, 'favicon.svg'), '<svg xmlns="http://www.w3.org/2000/svg"/>');
  await writeFile(join(dir, 'assets/index-Bk3x.js'), SCRIPT);
  await writeFile(join(dir, 'assets/inter-D8f2.woff2'), FONT);
  return openTestSystem({ studioDir: dir, ...options });
}

function get({ app }: TestSystem, url: string, headers: Record<string, string> = HTML) {
  return app.inject({ url, headers: { host: 'localhost', ...headers } });
}

describe('the studio', () => {
  it('is sent for each page that a browser opens, revalidated at each use, under its own policy', async () => {
    const system = await openStudio();
    for (const path of [
      '/',
      '/actors?q=19',
      '/trainings/0b1f',
      '/login',
      '/apiary',
      '/a.page',
      '/%E2%82%AC',
    ]) {
      const { statusCode, headers, body } = await get(system, path);
      expect([path, statusCode, body]).toEqual([path, 200, PAGE]);
      expect(headers).toMatchObject({
        'content-type': 'text/html; charset=utf-8',
        'cache-control': 'no-cache',
        'content-security-policy': POLICY,
        'x-content-type-options': 'nosniff',
      });
    }
    const { headers } = await get(system, '/');
    const again = await get(system, '/', { ...HTML, 'if-none-match': String(headers.etag) });
    expect(again.statusCode).toBe(304);
  });

  it('has assets that a browser keeps for a year', async () => {
    const system = await openStudio();
    const script = await get(system, '/assets/index-Bk3x.js', {});
    expect(script.body).toBe(SCRIPT);
    expect(script.headers).toMatchObject({
      'content-type': 'application/javascript; charset=utf-8',
      'cache-control': 'public, max-age=31536000, immutable',
    });
    expect((await get(system, '/favicon.svg', {})).headers['cache-control']).toBe('no-cache');
  });

  it('answers for no path of the server, no missing file and no other method', async () => {
    const system = await openStudio();
    const paths = [
      '/api',
      '/api/unknown',
      '/admin/unknown',
      '/docs/unknown',
      '/core/unknown',
      '/livez/unknown',
    ];
    for (const path of paths) {
      const { statusCode, headers } = await get(system, path);
      expect([path, statusCode]).toEqual([path, 404]);
      expect(headers['content-type']).toBe('application/problem+json');
    }
    const refused = await Promise.all([
      get(system, '/assets/old-A1.js', { accept: '*/*' }),
      get(system, '/assets/%2e%2e/%2e%2e/package.json', { accept: '*/*' }),
      system.app.inject({ method: 'POST', url: '/actors', headers: { host: 'localhost', ...HTML } }),
    ]);
    expect(refused.map(({ statusCode }) => statusCode)).toEqual([404, 404, 404]);
    expect(refused[0]?.json()).toMatchObject({
      code: 'not_found',
      detail: 'No route for GET /assets/old-A1.js',
    });
    expect((await get(system, '/livez')).json()).toEqual({ status: 'ok', reasons: [] });
  });

  it('needs no key, and its login replaces the login page for docs and Bull Board with the whole address', async () => {
    const system = await openStudio({ as: 'admin' });
    expect((await get(system, '/actors')).statusCode).toBe(200);
    expect((await get(system, '/assets/index-Bk3x.js', {})).statusCode).toBe(200);
    const board = '/admin/queues/queue/trainings?status=active&page=2';
    const first = await get(system, board);
    const second = await get(system, String(first.headers.location));
    expect([first.statusCode, second.statusCode]).toEqual([302, 302]);
    expect(second.headers.location).toBe(`/login?next=${encodeURIComponent(board)}`);
    expect((await get(system, '/api/trainings')).statusCode).toBe(401);
  });

  it('leaves `/` to the documentation while it is not built, and the log names the remedy', async () => {
    const system = await openTestSystem({ studioDir: join(tmpdir(), 'trainyard-absent'), as: 'admin' });
    expect((await get(system, '/')).headers.location).toBe('/docs');
    expect((await get(system, '/actors')).statusCode).toBe(404);
    expect((await get(system, '/admin/login?next=/docs')).body).toContain('<form');
    expect(system.lines.find(({ event }) => event === 'studio_not_built')?.fields).toMatchObject({
      remedy: 'node scripts/prepare.mjs demo',
    });
  });
});

describe('the compression', () => {
  it('covers JSON, problems and scripts by brotli or gzip, and neither short texts nor fonts', async () => {
    const system = await openStudio();
    const read = async (path: string, encoding: string) => {
      const { headers, rawPayload } = await get(system, path, { 'accept-encoding': encoding });
      return { encoding: headers['content-encoding'], vary: headers.vary, rawPayload };
    };
    const plain = await read('/openapi.json', 'identity');
    const brotli = await read('/openapi.json', 'gzip, br, zstd');
    const gzip = await read('/openapi.json', 'gzip');
    expect([plain.encoding, brotli.encoding, gzip.encoding]).toEqual([undefined, 'br', 'gzip']);
    expect(brotli.vary).toContain('accept-encoding');
    expect(brotliDecompressSync(brotli.rawPayload)).toEqual(plain.rawPayload);
    expect(gunzipSync(gzip.rawPayload)).toEqual(plain.rawPayload);
    expect(brotli.rawPayload.length).toBeLessThan(plain.rawPayload.length / 5);
    expect((await read('/assets/index-Bk3x.js', 'br')).encoding).toBe('br');
    expect((await read('/assets/inter-D8f2.woff2', 'br')).rawPayload).toEqual(FONT);
    expect((await read('/livez', 'br')).encoding).toBeUndefined();
  });

  it('leaves saved responses readable: a repeated call receives the same text', async () => {
    const system = await openStudio({ as: 'write' });
    const headers = { 'idempotency-key': 'compressed', 'accept-encoding': 'br' };
    const body = { kind: 'actor', subject_id: '0019' };
    const [first, second] = [
      await system.call('POST', '/api/trainings', body, headers),
      await system.call('POST', '/api/trainings', body, headers),
    ];
    expect(first.headers['content-encoding']).toBe('br');
    const texts = [first, second].map(({ rawPayload }) => brotliDecompressSync(rawPayload).toString());
    expect(texts[1]).toBe(texts[0]);
    expect(second.headers['idempotency-replayed']).toBe('true');
  });

  it('refuses compressed request bodies, which could be larger than their length', async () => {
    const { call } = await openStudio({ as: 'write' });
    const body = gzipSync(JSON.stringify({ kind: 'actor', subject_id: '0019' }));
    const headers = { 'content-type': 'application/json', 'content-encoding': 'gzip' };
    const answer = await call('POST', '/api/trainings', body, headers);
    expect([answer.statusCode, answer.json().code]).toEqual([400, 'malformed_json']);
  });

  it('leaves the stream of live events as it is: each event is sent at once', async () => {
    const system = await openStudio({ as: 'admin' });
    await system.app.listen({ host: '127.0.0.1', port: 0 });
    const { port } = system.app.server.address() as AddressInfo;
    const request = sendHttp({
      port,
      path: '/api/stream',
      headers: { authorization: `Bearer ${KEYS.read}`, 'accept-encoding': 'br, gzip' },
    }).end();
    onTestFinished(() => void request.destroy());
    const [response] = await once(request, 'response');
    expect(response.headers['content-encoding']).toBeUndefined();
    expect(response.headers['content-type']).toContain('text/event-stream');
    let text = '';
    response.setEncoding('utf8').on('data', (chunk: string) => {
      text += chunk;
    });
    await expect.poll(() => text).toContain('event: ready');
    await system.call('POST', '/api/trainings', { kind: 'actor', subject_id: '0019' });
    await expect.poll(() => text).toContain('event: training.changed');
  });
});
