import {
  advance,
  createTunnel,
  TunnelError,
  type TunnelProvider,
  type TunnelTarget,
} from '@trainyard/application';
import { buildAttempt } from '@trainyard/testing/builders';
import { Redis } from 'ioredis';
import { describe, expect, it, onTestFinished } from 'vitest';
import { createApi, createWebhookApi, toApiDeps } from '../src/index.ts';
import { openTestSystem, type TestSystem, toWebhookPath } from './test-system.ts';

/** Fake tunnel provider that records the targets it was asked to open and the URLs it closed. */
function createFakeTunnels() {
  const targets: TunnelTarget[] = [];
  const closed: string[] = [];
  const tunnels: TunnelProvider = {
    open: async (target) => {
      const url = `https://t${targets.push(target)}.ngrok.example`;
      return { url, close: async () => void closed.push(url) };
    },
  };
  return { tunnels, targets, closed };
}

const silent = { info: () => undefined, warn: () => undefined, error: () => undefined };

/** Opens a second API on the same Redis, as a different process would. */
async function createSecondApi(system: TestSystem, tunnels: TunnelProvider) {
  const parts = {
    deps: { ...toApiDeps(system.open), tunnels },
    options: { keys: [] },
  };
  const app = await createApi(parts);
  onTestFinished(() => app.close());
  return (method: 'GET' | 'POST', url: string, payload?: object) =>
    app.inject({ method, url, headers: { host: 'localhost' }, ...(payload && { payload }) });
}

const started = {
  running: true,
  url: 'https://t1.ngrok.example',
  missing: null,
  mode: 'tunnel',
  state: 'on',
};

describe('the tunnel', () => {
  it('names the missing setting when it is not configured', async () => {
    const system = await openTestSystem({ env: { GATEWAY_BASE_URL: '' } });
    const call = await createSecondApi(system, toApiDeps(system.open).tunnels);
    expect((await call('GET', '/api/ngrok/status')).json()).toMatchObject({
      running: false,
      missing: 'NGROK_AUTHTOKEN is not set',
      state: 'off',
    });
    const refusal = await call('POST', '/api/ngrok/start');
    expect(refusal.statusCode).toBe(409);
    expect(refusal.json()).toMatchObject({ code: 'tunnel_not_configured' });
  });

  it('counts as running at GATEWAY_BASE_URL, where start and stop have no effect', async () => {
    const { call } = await openTestSystem();
    const running = {
      running: true,
      url: 'https://train.example.com',
      missing: 'NGROK_AUTHTOKEN is not set',
    };
    expect((await call('GET', '/api/ngrok/status')).json()).toMatchObject({
      ...running,
      mode: 'public_url',
      state: 'on',
    });
    for (const action of ['start', 'start', 'stop']) {
      const answer = await call('POST', `/api/ngrok/${action}`);
      expect([answer.statusCode, answer.json()]).toMatchObject([200, running]);
    }
  });

  it('is shared by all processes, however often it is started', async () => {
    const system = await openTestSystem();
    const { tunnels, targets, closed } = createFakeTunnels();
    const [first, second] = [await createSecondApi(system, tunnels), await createSecondApi(system, tunnels)];
    const answers = await Promise.all([first('POST', '/api/ngrok/start'), first('POST', '/api/ngrok/start')]);
    expect(answers.map((each) => each.json())).toMatchObject([started, started]);
    expect((await second('POST', '/api/ngrok/start')).json()).toMatchObject(started);
    expect((await second('GET', '/api/ngrok/status')).json()).toMatchObject(started);
    expect(targets).toHaveLength(1);
    await first('POST', '/api/ngrok/stop');
    expect((await second('GET', '/api/ngrok/status')).json()).toMatchObject({ running: false });
    expect(closed).toEqual(['https://t1.ngrok.example']);
  });

  it('leads to a port that serves only webhooks', async () => {
    const system = await openTestSystem();
    const { tunnels, targets } = createFakeTunnels();
    const call = await createSecondApi(system, tunnels);
    await call('POST', '/api/ngrok/start');
    const [{ host, port } = { host: '', port: 0 }] = targets;
    const send = (path: string, init?: RequestInit) => fetch(`http://${host}:${port}${path}`, init);
    expect((await send('/api/trainings')).status).toBe(404);
    expect((await send(toWebhookPath('unknown', 1, 'forged'), { method: 'POST', body: '{}' })).status).toBe(
      401,
    );
  });

  it('provides the webhook URL of later submissions, and its host counts as the server’s own', async () => {
    const system = await openTestSystem();
    const call = await createSecondApi(system, createFakeTunnels().tunnels);
    const before = await system.deps.settings.webhookUrl('t', 1);
    expect(before).toMatch(/^https:\/\/train\.example\.com\/core/);
    await call('POST', '/api/ngrok/start');
    expect(await system.deps.settings.webhookUrl('t', 1)).toMatch(/^https:\/\/t1\.ngrok\.example\/core/);
    const body = {
      input: {
        training_data: { s3_urls: ['s3://bucket/a.png'] },
        training_config: { mode: 'custom-styles', model_name: 'style_9' },
      },
      webhook: 'https://t1.ngrok.example/anything',
    };
    const answer = (await call('POST', '/api/training/start', body)).json();
    expect(answer).toMatchObject({ webhook_dropped: true });
    expect(answer.webhook_url).toBe('https://t1.ngrok.example/core/training-webhooks/runpod-serverless');
  });

  it('is closed by its holder after a different process has stopped it', async () => {
    const { deps } = await openTestSystem();
    const { tunnels, closed } = createFakeTunnels();
    const parts = {
      provider: tunnels,
      lease: deps.publicUrlLease,
      records: deps.tunnelRecords,
      now: deps.clock.now,
      log: silent,
      target: async () => ({ host: '', port: 1 }),
    };
    const [holder, other] = [createTunnel({ ...parts, renewEveryMs: 10 }), createTunnel(parts)];
    await holder.start();
    await other.stop();
    await expect.poll(() => closed).toEqual(['https://t1.ngrok.example']);
    await holder.close();
  });

  it('is closed with its process and gives up its lease', async () => {
    const system = await openTestSystem();
    const { tunnels, closed } = createFakeTunnels();
    const deps = { ...toApiDeps(system.open), tunnels };
    const app = await createApi({ deps, options: { keys: [] } });
    await app.inject({ method: 'POST', url: '/api/ngrok/start', headers: { host: 'localhost' } });
    await app.close();
    expect(closed).toHaveLength(1);
    expect(await system.deps.publicUrlLease.read()).toBeUndefined();
  });

  it('uses the webhook port when one is configured', async () => {
    const system = await openTestSystem();
    const { tunnels, targets } = createFakeTunnels();
    const deps = { ...toApiDeps(system.open), tunnels };
    const webhooks = await createWebhookApi({ deps, options: { keys: [] } });
    onTestFinished(() => webhooks.close());
    const listening = await webhooks.listen({ host: '127.0.0.1', port: 0 });
    const webhookPort = Number(new URL(listening).port);
    const app = await createApi({ deps, options: { keys: [], webhookPort } });
    onTestFinished(() => app.close());
    await app.inject({ method: 'POST', url: '/api/ngrok/start', headers: { host: 'localhost' } });
    expect(targets).toEqual([{ host: '127.0.0.1', port: webhookPort }]);
  });
});

/** Starts a run of an actor. @returns the id of its training */
async function startRun({ deps, call }: TestSystem, actorId: string): Promise<string> {
  const { id } = (await call('POST', '/api/trainings', { kind: 'actor', subject_id: actorId })).json();
  const attempt = buildAttempt({ startedAt: deps.clock.now(), versionName: 'V1', outputKey: `models/${id}` });
  const base = { at: attempt.startedAt, cause: 'dispatcher' } as const;
  await advance(deps, id, { ...base, type: 'submission_started', attempt });
  await advance(deps, id, { ...base, type: 'submission_accepted', attempt: attempt.number, runId: id });
  return id;
}

/** Deletes the record of the start, which expires after the start timeout. */
async function forgetStart({ redis }: TestSystem): Promise<void> {
  const client = new Redis(redis.url);
  await client.del('{trainyard}:tunnel:event');
  client.disconnect();
}

describe('the callback', () => {
  const polling = { env: { GATEWAY_BASE_URL: '' } };
  const read = async (call: Awaited<ReturnType<typeof createSecondApi>>) =>
    (await call('GET', '/api/ngrok/status')).json();

  it('names the live runs that carry the address of the tunnel, also after the tunnel was stopped', async () => {
    const system = await openTestSystem(polling);
    const call = await createSecondApi(system, createFakeTunnels().tunnels);
    expect(await read(call)).toMatchObject({
      ...{ mode: 'polling', state: 'off', url: null, last_callback_at: null, active_runs: [] },
      poll_interval_seconds: 30,
    });
    const early = await startRun(system, '0042');
    await call('POST', '/api/ngrok/start');
    const id = await startRun(system, '0019');
    const run = { training_id: id, kind: 'actor', subject_id: '0019', version_name: 'V1' };
    expect(await read(call)).toMatchObject({ mode: 'tunnel', state: 'on', active_runs: [run] });
    await system.webhooks.inject({
      method: 'POST',
      url: toWebhookPath(id),
      payload: { status: 'COMPLETED' },
    });
    await call('POST', '/api/ngrok/stop');
    const stopped = await read(call);
    expect(stopped).toMatchObject({ mode: 'polling', state: 'off', url: null, active_runs: [run] });
    expect(Date.parse(stopped.last_callback_at)).toBeGreaterThan(0);
    expect(early).not.toBe(id);
  });

  it('has failed with the reason of ngrok, and after its process ended without stopping the tunnel', async () => {
    const system = await openTestSystem(polling);
    const refused: TunnelProvider = {
      open: () => Promise.reject(new TunnelError('tunnel_failed', 'ERR_NGROK_107')),
    };
    const failing = await createSecondApi(system, refused);
    expect((await failing('POST', '/api/ngrok/start')).statusCode).toBe(502);
    expect(await read(failing)).toMatchObject({ state: 'failed', mode: 'polling' });
    expect((await read(failing)).reason).toContain('ERR_NGROK_107');
    const call = await createSecondApi(system, createFakeTunnels().tunnels);
    await call('POST', '/api/ngrok/start');
    await system.deps.publicUrlLease.clear();
    await forgetStart(system);
    expect(await read(call)).toMatchObject({ state: 'failed', running: false });
    expect((await read(call)).reason).toContain('without stopping');
  });

  it('is polling with a tunnel but without WEBHOOK_SECRET, which the reason names', async () => {
    const system = await openTestSystem({ env: { GATEWAY_BASE_URL: '', WEBHOOK_SECRET: '' } });
    const call = await createSecondApi(system, createFakeTunnels().tunnels);
    expect((await call('POST', '/api/ngrok/start')).json()).toMatchObject({
      ...{ mode: 'polling', state: 'off', reason: 'WEBHOOK_SECRET is not set' },
    });
  });
});
