import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { notificationPayloadSchema } from '@trainyard/contracts';
import { Webhook } from 'standardwebhooks';
import { expect, it, onTestFinished } from 'vitest';

import { openFullSystem, type TestSystem } from './test-system.ts';

const POLL_OPTIONS = { timeout: 90_000, interval: 50 };
const SECRET = `whsec_${Buffer.alloc(32, 3).toString('base64')}`;

/** A caller's server, which verifies the signature of each notification with the reference library. */
async function openReceiver() {
  const received: { readonly type: string; readonly id: string }[] = [];
  const server = createServer(async (request, response) => {
    const body = Buffer.concat(await request.toArray()).toString();
    const message = new Webhook(SECRET).verify(body, request.headers as Record<string, string>);
    const { type } = notificationPayloadSchema.parse(message);
    received.push({ type, id: String(request.headers['webhook-id']) });
    response.end();
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => void server.close());
  return { received, url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/hook` };
}

function createHttp({ call }: TestSystem) {
  return {
    get: async (url: string) => (await call('GET', url)).json(),
    post: async (url: string, body?: object) => {
      const answer = await call('POST', url, body);
      expect(answer.statusCode, answer.body).toBeLessThan(300);
      return answer.json();
    },
    put: async (url: string, body: object) => (await call('PUT', url, body)).json(),
  };
}

it('a working day over HTTP: review data, preview, train, compare, mark the good version, and train the rest overnight', async () => {
  const receiver = await openReceiver();
  const subscriber = { name: 'own', url: receiver.url, secret: SECRET };
  const system = await openFullSystem({
    NOTIFY_SUBSCRIBERS: JSON.stringify([subscriber]),
    NOTIFY_ALLOW_PRIVATE: 'true',
  });
  const { get, post, put } = createHttp(system);
  const ended = (id: string) =>
    expect.poll(async () => (await get(`/api/trainings/${id}`)).status, POLL_OPTIONS).toBe('completed');

  // Morning: find actors with unreviewed data and mark the data good.
  const found = await get('/api/actors?q=0050&data=synced&reviewed=false');
  expect(found.actors.map((each: { id: string }) => each.id)).toEqual(['0050']);
  const data = await get('/api/actors/0050/training-data');
  expect(data.report).toMatchObject({ image_count: 5, caption_count: 5, trainable: true });
  await post('/api/actors/0050/training-data/mark-good');
  expect((await get('/api/actors/0050')).eligible).toBe(true);

  // Preview a training, then train the same actor with two policies.
  const request = { kind: 'actor', subject_id: '0019' };
  const preview = await post('/api/trainings/preview', request);
  expect(preview).toMatchObject({ policy: 'flux-presets', preset: 'A', version_name: 'V1' });
  expect(preview.estimate.cost_usd).toBeGreaterThan(0);
  const one = await post('/api/trainings', { ...request, hyperparameters: { max_train_steps: 600 } });
  await ended(one.id);
  const two = await post('/api/trainings', { ...request, policy: 'image-count', version_name: 'softer' });
  await ended(two.id);

  // Compare the versions and move the good mark.
  const { versions } = await get('/api/actors/0019/training-versions');
  expect(versions.map((each: { name: string }) => each.name)).toEqual(['V1', 'softer']);
  expect(versions[0].parameters.max_train_steps).toBe(600);
  const model = await system.call('GET', `/api/trainings/${two.id}/model`);
  expect(model.statusCode).toBeLessThan(400);
  await post('/api/actors/0019/mark-good', { version_id: 'V1' });
  await post('/api/actors/0019/mark-good', { version_id: 'softer' });
  const good = (await get('/api/actors/0019/training-versions')).versions.filter(
    (each: { good: boolean }) => each.good,
  );
  expect(good.map((each: { name: string }) => each.name)).toEqual(['softer']);

  // Style: upload images, write captions, create a selection set, train on it.
  for (const name of ['dawn.png', 'noon.png', 'dusk.png', 'rain.png']) {
    const bytes = Buffer.alloc(20_000, name);
    const upload = await post('/api/styles/16/uploads', { name, size_bytes: bytes.length });
    await system.app.inject({
      method: 'PUT',
      url: upload.url,
      payload: bytes,
      headers: { host: 'localhost', ...upload.headers },
    });
    await put(`/api/styles/16/captions/${name}`, { text: `hills, ${name}, style_16` });
  }
  const { images, captioned } = await get('/api/styles/16/images');
  expect([images.length, captioned]).toEqual([4, 4]);
  const names = images.map((each: { name: string }) => each.name);
  const set = await post('/api/styles/16/selection-sets', { name: 'A day', images: names });
  const style = { kind: 'style', subject_id: '16', selection_set_id: set.id, version_name: 'v1.0' };
  const styled = await post('/api/trainings', { ...style, hyperparameters: { max_train_steps: 500 } });
  await ended(styled.id);
  expect((await get('/api/styles/16/training-versions')).versions[0]).toMatchObject({
    name: 'v1.0',
    selectionSetId: set.id,
    warnings: [expect.stringContaining('4 images')],
  });
  await post('/api/styles/16/mark-good', { version_id: 'v1.0' });

  // Evening: train the remaining actors overnight within a budget.
  const { candidates } = await get('/api/auto-train/candidates');
  expect(
    candidates.filter((each: { eligible: boolean }) => each.eligible).map((each: { id: string }) => each.id),
  ).toHaveLength(2);
  const run = await post('/api/auto-train/runs', { budget_usd: 50 });
  expect(run.enqueued).toHaveLength(2);
  await expect.poll(async () => (await get(`/api/auto-train/runs/${run.id}`)).done, POLL_OPTIONS).toBe(true);

  // Next morning: check results, cost and notifications.
  const { summary } = await get(`/api/auto-train/runs/${run.id}`);
  expect(summary).toMatchObject({ processed: 2, successful: 2, failed: 0 });
  expect(summary.cost_usd).toBeGreaterThan(0);
  expect((await get('/api/trainings?status=completed')).trainings).toHaveLength(5);
  expect(await get('/api/slots')).toMatchObject({ in_use_count: 0, waiting_count: 0 });
  const types = () => receiver.received.map(({ type }) => type);
  await expect
    .poll(() => types().filter((type) => type === 'training.completed'), POLL_OPTIONS)
    .toHaveLength(3);
  await expect.poll(types, POLL_OPTIONS).toContain('batch.finished');
  expect(new Set(receiver.received.map(({ id }) => id)).size).toBe(receiver.received.length);
  const delivered = async () => (await get('/api/deliveries?destination=own&state=delivered')).deliveries;
  await expect.poll(delivered, POLL_OPTIONS).toHaveLength(receiver.received.length);
});
