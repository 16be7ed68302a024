import { describe, expect, it } from 'vitest';
import { openAccessServer, SERVER_KEYS } from './access-server.ts';

const KEY = { 'x-api-key': SERVER_KEYS.write };
const FORM = 'application/x-www-form-urlencoded';

describe('a POST without a body', () => {
  it.each([
    ['neither length nor type', {}],
    ['length 0', { 'content-length': '0' }],
    ['chunks and no type, as proxies send it', { 'transfer-encoding': 'chunked' }],
    ['chunks and the type JSON', { 'transfer-encoding': 'chunked', 'content-type': 'application/json' }],
    ['length 0 and the type of a form, as curl sends it', { 'content-length': '0', 'content-type': FORM }],
    ['chunks and the type of a form', { 'transfer-encoding': 'chunked', 'content-type': FORM }],
    ['length 0 and the type text', { 'content-length': '0', 'content-type': 'text/plain' }],
  ] as const)('is accepted with %s', async (_, headers) => {
    const server = await openAccessServer();
    expect((await server.send({ method: 'POST', headers: { ...KEY, ...headers } })).status).toBe(200);
  });

  it.each([FORM, 'text/plain', 'multipart/form-data; boundary=x', 'application/xml', undefined])(
    'differs from a body of the type %s, which is refused',
    async (type) => {
      const server = await openAccessServer();
      const headers = { ...KEY, ...(type !== undefined && { 'content-type': type }) };
      const { status, body } = await server.send({ method: 'POST', headers, body: 'a=1' });
      expect([status, JSON.parse(body).code]).toEqual([415, 'unsupported_media_type']);
    },
  );
});
