import { once } from 'node:events';
import { type AddressInfo, connect } from 'node:net';
import { Validator } from '@seriousme/openapi-schema-validator';
import { describe, expect, it } from 'vitest';
import { openTestSystem, type TestSystem, toWebhookPath } from './test-system.ts';

async function sendRaw({ app }: TestSystem, bytes: string): Promise<string> {
  if (!app.server.listening) await app.listen({ host: '127.0.0.1', port: 0 });
  const socket = connect((app.server.address() as AddressInfo).port, '127.0.0.1');
  let text = '';
  socket.on('data', (part) => {
    text += part.toString();
  });
  socket.write(bytes);
  await once(socket, 'close');
  return text;
}

function parseProblem(answer: string): unknown {
  return JSON.parse(answer.slice(answer.indexOf('\r\n\r\n')));
}

describe('a request without a route', () => {
  it('is answered with a problem, and the connection is closed', async () => {
    const system = await openTestSystem();
    const long = await sendRaw(
      system,
      `GET /livez?${'a'.repeat(20_000)} HTTP/1.1\r\nHost: localhost\r\n\r\n`,
    );
    expect(long).toMatch(/^HTTP\/1\.1 431 .*application\/problem\+json.*connection: close/s);
    expect(parseProblem(long)).toMatchObject({ status: 431, code: 'headers_too_large' });
    const foreign = await sendRaw(system, 'FOO bar\r\n\r\n');
    expect(parseProblem(foreign)).toMatchObject({ status: 400, code: 'malformed_request' });
  });

  it('is answered with a problem when its URL is not correctly encoded', async () => {
    const system = await openTestSystem();
    for (const path of ['/api/actors/%zz', '/%', '/api/styles/%ff/images']) {
      const answer = await system.call('GET', path);
      expect(answer.headers['content-type']).toContain('application/problem+json');
      expect(answer.json()).toMatchObject({ status: 400, code: 'malformed_request' });
    }
    const answer = await system.call('POST', '/api/training-webhook/%zz?token=a-token');
    expect(answer.statusCode).toBe(400);
    expect(answer.body).not.toContain('a-token');
  });
});

describe('a deeply nested body', () => {
  const nested = '['.repeat(50_000) + ']'.repeat(50_000);
  const json = { 'content-type': 'application/json' };

  it('is refused with invalid_request by every route', async () => {
    const system = await openTestSystem();
    const body = `{"kind": "actor", "subject_id": "0019", "metadata": {"a": ${nested}}}`;
    for (const [path, text] of [
      ['/api/trainings', body],
      ['/api/deliveries/msg_1/redeliver', nested],
      ['/api/auto-train/runs', nested],
    ] as const) {
      const answer = await system.call('POST', path, text, { ...json, 'idempotency-key': 'deep' });
      expect(answer.json()).toMatchObject({ status: 422, code: 'invalid_request' });
    }
  });

  it('is recorded as a hint when it is a webhook', async () => {
    const system = await openTestSystem();
    const { id } = (
      await system.call('POST', '/api/trainings', { kind: 'actor', subject_id: '0019' })
    ).json();
    const body = `{"id": "run-1", "status": "COMPLETED", "output": ${nested}}`;
    expect((await system.call('POST', toWebhookPath(id), body, json)).statusCode).toBe(200);
  });
});

describe('/openapi.json', () => {
  it('is a valid OpenAPI document with problems as the errors of every route', async () => {
    const system = await openTestSystem();
    const document = (await system.call('GET', '/openapi.json')).json();
    expect(await new Validator().validate(document)).toMatchObject({ valid: true });
    const routes = Object.values(document.paths).flatMap((each) => Object.values(each as object));
    for (const { responses } of routes)
      expect(Object.keys(responses['400'].content)).toEqual(['application/problem+json']);
  });
});
