import { once } from 'node:events';
import { connect } from 'node:net';
import { createWebhookToken, reconcile } from '@trainyard/application';
import { describe, expect, it, onTestFinished } from 'vitest';
import { openTestSystem, SECRET, toWebhookPath } from './test-system.ts';

const RUN = {
  id: 'run-1',
  status: 'COMPLETED',
  output: { status: 'success', loraUrl: 's3://b/x' },
  executionTime: 5,
};
const ECHO = { input: { secret: 'of the caller' }, webhook: 'https://h/?token=t' };

async function acceptTraining(system: Awaited<ReturnType<typeof openTestSystem>>): Promise<string> {
  return (await system.call('POST', '/api/trainings', { kind: 'actor', subject_id: '0019' })).json().id;
}

describe.each(['/core/training-webhooks/runpod-serverless', '/api/training-webhook'])('POST %s', (path) => {
  const at = (full: string) => `${path}?${full.split('?')[1]}`;

  it('records a webhook with a valid token on both listeners, without input and webhook', async () => {
    const system = await openTestSystem({ as: 'admin' });
    const id = await acceptTraining(system);
    for (const app of [system.app, system.webhooks]) {
      const answer = await app.inject({
        method: 'POST',
        url: at(toWebhookPath(id)),
        payload: { ...RUN, ...ECHO },
      });
      expect([answer.statusCode, answer.json()]).toEqual([200, { received: true }]);
    }
    const webhooks = await system.deps.store.listWebhooks(id, 1);
    expect(webhooks).toHaveLength(2);
    expect(webhooks[0]).toMatchObject({ runId: 'run-1', status: 'COMPLETED' });
    expect(JSON.stringify(webhooks)).not.toMatch(/of the caller|token/);
    expect(JSON.stringify(system.lines)).not.toMatch(/token=|of the caller/);
    const [, reconcileJobs] = system.open.queues();
    expect(await reconcileJobs!.getJobCountByTypes('waiting', 'delayed', 'prioritized', 'active')).toBe(1);
  });

  it('stores no webhook without a valid token', async () => {
    const system = await openTestSystem();
    const id = await acceptTraining(system);
    const invalid = [
      toWebhookPath(id, 1, 'nonsense'),
      toWebhookPath(id, 2, createWebhookToken(SECRET, id, 1)),
      toWebhookPath('other', 1, createWebhookToken(SECRET, id, 1)),
      '/x?training=a',
      '/x?',
      `/x?training=${id}&training=${id}&attempt=1&token=${createWebhookToken(SECRET, id, 1)}`,
    ];
    for (const url of invalid) {
      const answer = await system.webhooks.inject({ method: 'POST', url: at(url), payload: RUN });
      expect(answer.json()).toMatchObject({ status: 401, code: 'invalid_webhook_token' });
    }
    expect(await system.deps.store.listWebhooks(id, 1)).toEqual([]);
    expect(await system.deps.store.listWebhooks(id, 2)).toEqual([]);
  });
});

describe('a webhook', () => {
  it('is accepted with the previous secret', async () => {
    const system = await openTestSystem({
      webhookSecrets: { current: 'a-new-secret-of-the-tests', previous: SECRET },
    });
    const answer = await system.webhooks.inject({ method: 'POST', url: toWebhookPath('t1'), payload: RUN });
    expect(answer.statusCode).toBe(200);
  });

  it('is refused without a valid token before its body arrives', async () => {
    const system = await openTestSystem();
    const { port } = new URL(await system.webhooks.listen({ host: '127.0.0.1', port: 0 }));
    const socket = connect(Number(port), '127.0.0.1');
    onTestFinished(() => void socket.destroy());
    const path = toWebhookPath('t1', 1, 'wrong');
    socket.write(`POST ${path} HTTP/1.1\r\nhost: localhost\r\ncontent-length: 20000000\r\n\r\n`);
    const [answer] = await once(socket, 'data');
    expect(String(answer)).toMatch(/^HTTP\/1.1 401 /);
  });

  it.each(['garbage', 'text/plain', 'multipart/form-data', 'application/x-www-form-urlencoded'])(
    'is recorded whatever its content type is (%s)',
    async (type) => {
      const system = await openTestSystem();
      const answer = await system.webhooks.inject({
        method: 'POST',
        url: toWebhookPath('t1'),
        headers: { 'content-type': type },
        payload: JSON.stringify({ ...RUN, delayTime: 4 }),
      });
      expect(answer.statusCode).toBe(200);
      expect(await system.deps.store.listWebhooks('t1', 1)).toMatchObject([
        { runId: 'run-1', delayMs: 4, executionMs: 5 },
      ]);
    },
  );

  it('is refused without a secret', async () => {
    const system = await openTestSystem({ env: { GATEWAY_BASE_URL: '', WEBHOOK_SECRET: '' } });
    const answer = await system.webhooks.inject({ method: 'POST', url: toWebhookPath('t1'), payload: RUN });
    expect(answer.statusCode).toBe(401);
  });

  it.each([
    ['plain text', 'text/plain', 'hello'],
    ['broken JSON', 'application/json', '{"id":'],
    ['an empty text', 'application/json', ''],
    ['a number', 'application/json', '7'],
    ['bytes', 'application/octet-stream', '\u0000\u0001'],
  ])('with %s as body is logged, and the run is polled', async (_, type, payload) => {
    const system = await openTestSystem();
    const headers = { 'content-type': type };
    const answer = await system.webhooks.inject({
      method: 'POST',
      url: toWebhookPath('t1'),
      headers,
      payload,
    });
    expect(answer.statusCode).toBe(200);
    expect(await system.deps.store.listWebhooks('t1', 1)).toEqual([]);
    expect(system.lines.map(({ event }) => event)).toContain('webhook_unrecognized');
    const [, reconcileJobs] = system.open.queues();
    expect(await reconcileJobs!.count()).toBe(1);
  });

  it('may be 20 MiB large, of which 64 KiB are kept', async () => {
    const system = await openTestSystem();
    const payload = { ...RUN, output: 'x'.repeat(15_000_000), input: 'y'.repeat(1_000_000) };
    const answer = await system.webhooks.inject({ method: 'POST', url: toWebhookPath('t1'), payload });
    expect(answer.statusCode).toBe(200);
    const [webhook] = await system.deps.store.listWebhooks('t1', 1);
    expect(JSON.stringify(webhook).length).toBeLessThan(70_000);
    const tooLarge = { ...RUN, output: 'x'.repeat(21_000_000) };
    const refused = await system.webhooks.inject({
      method: 'POST',
      url: toWebhookPath('t1'),
      payload: tooLarge,
    });
    expect(refused.json()).toMatchObject({ status: 413, code: 'body_too_large' });
  });

  it('is the only request that the webhook port serves', async () => {
    const system = await openTestSystem({ as: 'admin' });
    for (const [method, url] of [
      ['GET', '/api/trainings'],
      ['POST', '/api/trainings'],
      ['GET', '/admin/queues'],
      ['GET', '/openapi.json'],
      ['GET', '/readyz'],
    ] as const)
      expect((await system.webhooks.inject({ method, url })).json()).toMatchObject({
        status: 404,
        code: 'not_found',
      });
    const otherMethod = await system.webhooks.inject({ method: 'GET', url: toWebhookPath('t1') });
    expect([otherMethod.headers.allow, otherMethod.json()]).toMatchObject([
      'POST',
      { status: 405, code: 'method_not_allowed' },
    ]);
  });
});

describe('repeated webhooks', () => {
  it('are recorded five times and cause one reconcile job', async () => {
    const system = await openTestSystem({ as: 'admin' });
    const id = await acceptTraining(system);
    const answers = await Promise.all(
      Array.from({ length: 300 }, () =>
        system.webhooks.inject({ method: 'POST', url: toWebhookPath(id), payload: RUN }),
      ),
    );
    expect(new Set(answers.map(({ statusCode }) => statusCode))).toEqual(new Set([200]));
    expect(await system.deps.store.listWebhooks(id, 1)).toHaveLength(5);
    const [, reconcileJobs] = system.open.queues();
    expect(await reconcileJobs!.count()).toBe(1);
  });

  it('change nothing after the end of their training or for an unknown training (I4)', async () => {
    const system = await openTestSystem({ as: 'admin' });
    const id = await acceptTraining(system);
    await system.call('POST', `/api/trainings/${id}/cancel`);
    const before = await system.deps.store.listEvents(id);
    for (const each of [id, 'unknown-training']) {
      const answer = await system.webhooks.inject({ method: 'POST', url: toWebhookPath(each), payload: RUN });
      expect(answer.statusCode).toBe(200);
      await reconcile(system.deps, each);
    }
    expect((await system.deps.store.load(id))!.status).toBe('cancelled');
    const changed = (await system.deps.store.listEvents(id)).slice(before.length).map(({ type }) => type);
    expect(changed.filter((type) => type !== 'end_recorded')).toEqual([]);
    expect(await system.deps.store.load('unknown-training')).toBeUndefined();
  });

  it('are not recorded when their connection breaks', async () => {
    const system = await openTestSystem({ as: 'admin' });
    const id = await acceptTraining(system);
    const { port } = new URL(await system.webhooks.listen({ host: '127.0.0.1', port: 0 }));
    const socket = connect(Number(port), '127.0.0.1');
    const body = JSON.stringify(RUN);
    const head = `POST ${toWebhookPath(id)} HTTP/1.1\r\nhost: 127.0.0.1\r\ncontent-type: application/json\r\ncontent-length: 9999\r\n\r\n`;
    await new Promise<void>((resolve) => socket.write(head + body, () => resolve()));
    socket.destroy();
    const next = await system.webhooks.inject({ method: 'POST', url: toWebhookPath('t2'), payload: RUN });
    expect(next.statusCode).toBe(200);
    expect(await system.deps.store.listWebhooks(id, 1)).toEqual([]);
  });
});
