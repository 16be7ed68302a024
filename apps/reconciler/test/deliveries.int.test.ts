import { redeliver } from '@trainyard/application';
import { notificationPayloadSchema } from '@trainyard/contracts';
import { openReceiver, type Receiver } from '@trainyard/notifications/test-receiver';
import { afterEach, describe, expect, it } from 'vitest';
import { openTestSystem, type TestSystem } from './test-system.ts';

let system: TestSystem;
afterEach(() => system.close());

function subscriber(name: string, { url, secret }: Pick<Receiver, 'url' | 'secret'>, more: object = {}) {
  return {
    name,
    url,
    secret,
    ...more,
  };
}

function toSubscriberSettings(...subscribers: readonly object[]) {
  return {
    NOTIFY_SUBSCRIBERS: JSON.stringify(subscribers),
    NOTIFY_ALLOW_PRIVATE: 'true',
  };
}

/** Waits 1.5 s of real time (90 s of the system), in which a duplicate would arrive. */
function waitForRetries() {
  return new Promise((resolve) => setTimeout(resolve, 1_500));
}

function gate(since: number) {
  return { reason: '402 at the provider', since, reopensWhen: 'probe_run' as const };
}

describe('a training', () => {
  it('publishes its end to its own URL and to subscribers, and is not delayed by an unreachable one', async () => {
    const [caller, legacyCaller, listener] = await Promise.all([
      openReceiver(),
      openReceiver(),
      openReceiver(),
    ]);
    const unreachable = { url: 'http://127.0.0.1:1/', secret: listener.secret };
    system = await openTestSystem(
      {},
      {
        ...toSubscriberSettings(subscriber('listener', listener), subscriber('unreachable', unreachable)),
        NOTIFY_SECRET: caller.secret,
      },
    );
    const notified = await system.accept({ notifyUrl: caller.url });
    const legacy = await system.accept({
      notifyUrl: legacyCaller.url,
      notifyPayload: 'legacy',
      requestId: '0001_1234567890',
    });
    await Promise.all([
      system.waitForStatus(notified, 'completed'),
      system.waitForStatus(legacy, 'completed'),
    ]);
    await expect
      .poll(() => listener.messagesByType('training.completed').length, { timeout: 20_000 })
      .toBe(2);
    await expect.poll(() => [caller.messages.length, legacyCaller.messages.length]).toEqual([1, 1]);
    expect(caller.messages[0]!.body).toMatchObject({
      type: 'training.completed',
      data: {
        training: {
          id: notified.id,
          kind: 'actor',
          model: { lora_url: expect.stringContaining(`models/${notified.id}/`) },
        },
      },
    });
    expect(JSON.parse(legacyCaller.messages[0]!.text)).toEqual({
      status: 'success',
      job_id: '0001_1234567890',
      loraName: expect.stringMatching(/\.safetensors$/),
      loraUrl: expect.stringContaining(`models/${legacy.id}/`),
      model_info: { size_bytes: expect.any(Number), model_type: 'lora' },
    });
    for (const each of [...caller.messages, ...listener.messages]) notificationPayloadSchema.parse(each.body);
    const { deliveries } = system.deps;
    const getNewestUnreachable = async () =>
      (await deliveries.list({ destination: 'unreachable', limit: 10 })).items.at(-1);
    await expect.poll(getNewestUnreachable).toMatchObject({
      state: 'pending',
      tries: expect.arrayContaining([expect.objectContaining({ reason: 'ECONNREFUSED' })]),
    });
  });

  it('is published again until it is delivered, always under the same id', async () => {
    let refusals = 2;
    const listener = await openReceiver((response) => {
      refusals -= 1;
      response.writeHead(refusals < 0 ? 204 : 500).end();
    });
    system = await openTestSystem(
      {},
      toSubscriberSettings(subscriber('listener', listener, { events: ['training.*'] })),
    );
    const training = await system.accept({ images: [system.deps.objects.toUri('images/missing.png')] });
    await system.waitForStatus(training, 'failed');
    await expect.poll(() => listener.messages.length, { timeout: 20_000 }).toBe(3);
    const [id] = listener.messages.map((each) => each.id);
    const logged = async () => (await system.deps.deliveries.load(id!))!;
    await expect.poll(async () => (await logged()).state).toBe('delivered');
    expect((await logged()).tries.map(({ outcome, status }) => [outcome, status])).toEqual([
      ['failed', 500],
      ['failed', 500],
      ['delivered', 204],
    ]);
    await redeliver(system.deps, id!);
    await expect.poll(() => listener.messages.length).toBe(4);
    expect(new Set(listener.messages.map((each) => each.id)).size).toBe(1);
    expect(new Set(listener.messages.map((each) => each.text)).size).toBe(1);
  });
});

describe('the gate', () => {
  it('publishes each closing and each opening once, however many processes close it', async () => {
    const listener = await openReceiver();
    system = await openTestSystem(
      {},
      toSubscriberSettings(subscriber('listener', listener, { events: ['gate.*'] })),
    );
    const now = system.deps.clock.now();
    await Promise.all(
      Array.from({ length: 20 }, (_, index) => system.deps.store.setControl({ gate: gate(now + index) })),
    );
    await expect.poll(() => listener.messagesByType('gate.closed').length).toBe(1);
    await Promise.all(Array.from({ length: 20 }, () => system.deps.store.setControl({ gate: null })));
    await system.deps.store.setControl({ gate: gate(now + 50) });
    await expect.poll(() => listener.messages.length).toBe(3);
    await waitForRetries();
    expect(listener.messages.map(({ body }) => body?.type).sort()).toEqual([
      'gate.closed',
      'gate.closed',
      'gate.opened',
    ]);
    for (const { body } of listener.messages) notificationPayloadSchema.parse(body);
    expect(listener.messagesByType('gate.closed')[0]!.body).toMatchObject({
      data: { gate: { reason: '402 at the provider' } },
    });
  });
});

describe('a budget', () => {
  it('that is exhausted is published once, however long that lasts', async () => {
    const listener = await openReceiver();
    const filters = { events: ['budget.reached'] };
    system = await openTestSystem(
      {},
      {
        ...toSubscriberSettings(subscriber('listener', listener, filters)),
        GPU_TYPE: 'A100',
        BUDGET_DAY_USD: '0.01',
      },
    );
    await system.accept();
    await expect.poll(() => listener.messages.length, { timeout: 20_000 }).toBe(1);
    await waitForRetries();
    expect(listener.messages.map(({ body }) => notificationPayloadSchema.parse(body))).toMatchObject([
      { type: 'budget.reached', data: { budget: { budget_usd: 0.01 } } },
    ]);
  });
});

describe('a batch', () => {
  it('is published in one message at its end, or per training, or both', async () => {
    const [digest, each, both] = await Promise.all([openReceiver(), openReceiver(), openReceiver()]);
    system = await openTestSystem(
      {},
      toSubscriberSettings(
        subscriber('digest', digest),
        subscriber('each', each, { batch: 'each' }),
        subscriber('both', both, { batch: 'both' }),
      ),
    );
    const missing = [system.deps.objects.toUri('images/missing.png')];
    for (const images of [{}, { images: missing }, { images: missing }])
      await system.accept({ batchId: 'batch-1', source: 'auto_train', ...images });
    const [createdAt, enqueuedCount] = [system.deps.clock.now(), 3];
    const counts = { considered: 3, enqueuedCount, skippedCount: 0, createdAt, changedAt: createdAt };
    await system.deps.batches.create({
      batch: { id: 'batch-1', rev: 1, status: 'open', order: {}, ...counts },
      plan: { chosen: [], skipped: [] },
    });
    const types = (receiver: typeof digest) => receiver.messages.map(({ body }) => body?.type).sort();
    const ends = ['training.completed', 'training.failed', 'training.failed'];
    await expect.poll(() => types(both), { timeout: 20_000 }).toEqual(['batch.finished', ...ends]);
    await waitForRetries();
    expect(types(digest)).toEqual(['batch.finished']);
    expect(types(each)).toEqual(ends);
    expect(notificationPayloadSchema.parse(digest.messages[0]!.body)).toMatchObject({
      data: { batch: { id: 'batch-1', processed: 3, successful: 1, failed: 2 } },
    });
  });
});
