import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { advance, advanceBatches } from '@trainyard/application';
import { liveEventSchemas } from '@trainyard/contracts';
import type { RunProgress, TrainingEvent } from '@trainyard/domain';
import { Redis } from 'ioredis';
import { describe, expect, it, onTestFinished } from 'vitest';
import { createApi, toApiDeps } from '../src/index.ts';
import { KEYS, openTestSystem, type TestSystem } from './test-system.ts';

interface ReceivedEvent {
  readonly id: string;
  readonly event: keyof typeof liveEventSchemas;
  readonly data: Record<string, unknown>;
}

const EVENT = { seq: 1, at: 0, type: 'accepted', from: null, to: 'queued', cause: 'api' };
const bearer = { authorization: `Bearer ${KEYS.read}` };
const BODY = { kind: 'actor', subject_id: '0019' } as const;

function parseEvent(block: string): ReceivedEvent | undefined {
  const fields = block.split('\n').map((line) => line.split(/: (.*)/s) as [string, string]);
  const of = (name: string) => fields.find(([each]) => each === name)?.[1];
  const event = of('event') as ReceivedEvent['event'] | undefined;
  if (event === undefined) return undefined;
  const data = liveEventSchemas[event].parse(JSON.parse(of('data')!)) as Record<string, unknown>;
  return { id: of('id')!, event, data };
}

/** Opens a second API on the same Redis, as a different process would. */
async function openSecondApi(system: TestSystem): Promise<Pick<TestSystem, 'app'>> {
  const keys = [{ scope: 'admin', key: KEYS.read }] as const;
  const parts = { deps: toApiDeps(system.open), options: { keys, publicUrl: 'https://train.example.com' } };
  const app = await createApi(parts);
  onTestFinished(() => app.close());
  return { app };
}

async function listen({ app }: Pick<TestSystem, 'app'>): Promise<void> {
  if (!app.server.listening) await app.listen({ host: '127.0.0.1', port: 0 });
}

/** Reads a stream over a socket and validates each live event against its schema. */
async function openStream(
  system: Pick<TestSystem, 'app'>,
  path = '/api/stream',
  headers: Record<string, string> = {},
) {
  await listen(system);
  const address = system.app.server.address() as { port: number };
  const closing = new AbortController();
  onTestFinished(() => closing.abort());
  const response = await fetch(`http://127.0.0.1:${address.port}${path}`, {
    headers: { ...bearer, ...headers },
    signal: closing.signal,
  });
  const received: ReceivedEvent[] = [];
  let ended = false;
  const reading = (async () => {
    let text = '';
    for await (const chunk of response.body!.pipeThrough(new TextDecoderStream())) {
      const blocks = (text + chunk).split('\n\n');
      text = blocks.pop() ?? '';
      received.push(...blocks.map(parseEvent).filter((each) => each !== undefined));
    }
  })()
    .catch(() => undefined)
    .finally(() => {
      ended = true;
    });
  return {
    response,
    received,
    named: (name: ReceivedEvent['event']) => received.filter(({ event }) => event === name),
    hasEnded: () => ended,
    leave: () => {
      closing.abort();
      return reading;
    },
  };
}

/** Opens a stream without reading it. Resolves when the server closes the connection. */
function openStalledStream(system: TestSystem, lastEventId: string): Promise<unknown> {
  const { port } = system.app.server.address() as { port: number };
  const socket = connect(port, '127.0.0.1');
  const headers = { host: 'localhost', ...bearer, 'last-event-id': lastEventId };
  const lines = Object.entries(headers).map(([name, value]) => `${name}: ${value}`);
  socket.write(`GET /api/stream HTTP/1.1\r\n${lines.join('\r\n')}\r\n\r\n`);
  socket.on('error', () => undefined);
  return once(system.app.server, 'connection')
    .then(([served]) => once(served as Socket, 'close'))
    .finally(() => socket.destroy());
}

function waitUntil(read: () => unknown) {
  return expect.poll(read, { timeout: 5_000, interval: 20 });
}
function cancel(system: TestSystem, id: string) {
  return system.call('POST', `/api/trainings/${id}/cancel`);
}
async function acceptTraining(system: TestSystem): Promise<string> {
  return (await system.call('POST', '/api/trainings', { ...BODY, force: true })).json().id;
}

async function startRun(
  system: TestSystem,
  id: string,
): Promise<(progress: RunProgress, at: number) => Promise<unknown>> {
  const training = (await system.deps.store.load(id))!;
  const attempt = {
    number: 1,
    endpointId: 'ep1',
    startedAt: 1,
    executionTimeoutMs: 1,
    ttlMs: 1,
    attemptDeadline: 2,
    versionName: 'V1',
    modelName: 'm',
    outputKey: 'k',
    lockToken: 't',
    nonce: 'n',
  };
  const apply = (event: TrainingEvent) => advance(system.deps, training.id, event);
  await apply({ type: 'submission_started', at: 2, cause: 'dispatcher', attempt });
  await apply({ type: 'submission_accepted', at: 3, cause: 'dispatcher', attempt: 1, runId: 'run-1' });
  return (progress, at) =>
    apply({
      type: 'run_observed',
      at,
      cause: 'poll',
      attempt: 1,
      runId: 'run-1',
      phase: 'in_progress',
      progress,
    });
}

describe('GET /api/stream', () => {
  it('streams changes of trainings, progress of runs, and the dispatch control', async () => {
    const system = await openTestSystem({ as: 'admin' });
    const live = await openStream(system);
    expect(live.response.headers.get('content-type')).toBe('text/event-stream');
    expect(live.response.headers.get('cache-control')).toBe('no-cache, no-transform');
    expect(live.response.headers.get('x-accel-buffering')).toBe('no');
    await waitUntil(() => live.received[0]?.data).toMatchObject({ resumed: false, time_factor: 1 });
    const sentAt = Date.parse(String(live.received[0]!.data['now']));
    expect(Math.abs(sentAt - system.deps.clock.now())).toBeLessThan(10_000);
    const id = await acceptTraining(system);
    const observe = await startRun(system, id);
    const now = system.deps.clock.now();
    for (const n of [0, 1, 2, 3, 4])
      await observe({ step: 100 * n, totalSteps: 2_000 }, now - 120_000 + 30_000 * n);
    await system.call('PUT', '/api/dispatch', { paused: true, reason: 'a new GPU' });
    await waitUntil(() => live.named('dispatch.changed')).toHaveLength(1);
    expect(live.named('dispatch.changed')[0]!.data).toMatchObject({
      paused: true,
      reason: 'a new GPU',
      max_concurrency: 2,
    });
    expect(
      live.named('training.changed').map(({ data }) => (data['event'] as { type: string }).type),
    ).toEqual(['accepted', 'submission_started', 'submission_accepted', 'run_observed']);
    expect(live.named('training.progress')).toHaveLength(4);
    expect(live.named('training.progress').at(-1)!.data).toMatchObject({
      training_id: id,
      status: 'running',
      progress: { step: 400, total_steps: 2_000, remaining: { seconds: expect.closeTo(480, -1) } },
    });
    expect(JSON.stringify(live.received)).not.toContain('"lockToken"');
  });

  it('streams the progress of an auto-train run to its end', async () => {
    const system = await openTestSystem({ as: 'admin' });
    const live = await openStream(system);
    const { id } = (await system.call('POST', '/api/auto-train/runs', { limit: 1 })).json();
    await system.call('POST', `/api/auto-train/runs/${id}/cancel`);
    await advanceBatches(system.deps);
    const end = { id, status: 'ended', summary: { cancelled: 1 } };
    await waitUntil(() => live.named('batch.changed').at(-1)?.data).toMatchObject(end);
  });

  it("streams changes of subjects, budgets, schedule and tunnel to another process's readers too", async () => {
    const system = await openTestSystem({ as: 'admin', env: { GPU_TYPE: 'A100' }, timeFactor: 20 });
    const other = await openSecondApi(system);
    const [live, elsewhere] = [await openStream(system), await openStream(other)];
    const streams = [live, elsewhere];
    for (const each of streams) await waitUntil(() => each.named('ready')).toHaveLength(1);
    expect(live.received[0]!.data).toMatchObject({ time_factor: 20 });
    const last = (name: ReceivedEvent['event']) => () => streams.map((each) => each.named(name).at(-1)?.data);

    await system.call('POST', '/api/actors/0019/training-data/mark-good', { good: true });
    const subject = { kind: 'actor', subject_id: '0019' };
    await waitUntil(last('subject.changed')).toEqual([subject, subject]);

    await system.call('PUT', '/api/budgets', { month_usd: 150 });
    const month = expect.objectContaining({ budget_usd: 150, spent_usd: 0 });
    await waitUntil(last('budgets.changed')).toMatchObject([{ month }, { month }]);
    const observe = await startRun(system, await acceptTraining(system));
    await observe({ step: 1, totalSteps: 2_000 }, system.deps.clock.now());
    const committed = { committed_usd: expect.any(Number) };
    await waitUntil(last('budgets.changed')).toMatchObject([committed, committed]);

    await system.call('PUT', '/api/auto-train/schedule', { cron: '0 2 * * *', limit: 5 });
    const schedule = { schedule: { cron: '0 2 * * *', limit: 5 } };
    await waitUntil(last('schedule.changed')).toMatchObject([schedule, schedule]);

    const { publicUrlLease } = system.deps;
    await publicUrlLease.acquire('https://abc.ngrok.example');
    const running = { running: true, url: 'https://abc.ngrok.example' };
    await waitUntil(last('tunnel.changed')).toEqual([running, running]);
    await publicUrlLease.clear();
    const publicUrl = { running: true, url: 'https://train.example.com' };
    await waitUntil(last('tunnel.changed')).toEqual([publicUrl, publicUrl]);
    const reported = live.named('tunnel.changed').length;
    await system.deps.tunnelRecords.saveEvent({ kind: 'failed', at: 1, reason: 'ngrok refused the token' });
    for (const each of streams)
      await waitUntil(() => each.named('tunnel.changed')).toHaveLength(reported + 1);
    expect(live.received.map(({ id }) => id).slice(1)).toEqual(
      elsewhere.received.map(({ id }) => id).slice(1),
    );
  });

  it('resumes after Last-Event-ID without a gap and without repetitions', async () => {
    const system = await openTestSystem({ as: 'admin' });
    const first = await openStream(system);
    const ids = [await acceptTraining(system), await acceptTraining(system)];
    await waitUntil(() => first.named('training.changed')).toHaveLength(2);
    const last = first.received.at(-2)!.id;
    await first.leave();
    await cancel(system, ids[0]!);
    const second = await openStream(system, '/api/stream', { 'last-event-id': last });
    await cancel(system, ids[1]!);
    await waitUntil(() => second.named('training.changed')).toHaveLength(3);
    expect(second.received[0]).toMatchObject({ event: 'ready', data: { resumed: true } });
    expect(
      second
        .named('training.changed')
        .map(({ data }) => [data['training_id'], (data['event'] as { to: string }).to]),
    ).toEqual([
      [ids[1], 'queued'],
      [ids[0], 'cancelled'],
      [ids[1], 'cancelled'],
    ]);
  });

  it('stores ten thousand live events and reports a gap with reset', async () => {
    const system = await openTestSystem({ as: 'admin', streamSendTimeoutMs: 500 });
    const first = await openStream(system);
    await waitUntil(() => first.received).toHaveLength(1);
    const beginning = first.received[0]!.id;
    await first.leave();
    const client = new Redis(system.redis.url);
    const filler = JSON.stringify({ ...EVENT, detail: { filler: 'long '.repeat(100) } });
    const change = async (times: number) => {
      const writing = client.multi();
      for (let n = 0; n < times; n += 1)
        writing.xadd('{trainyard}:stream', 'MAXLEN', '~', 20_000, '*', 'id', 'gone', 'event', filler);
      await writing.exec();
    };
    onTestFinished(() => client.disconnect());
    await change(10_000);
    const resumed = await openStream(system, '/api/stream', { 'last-event-id': beginning });
    await expect.poll(() => resumed.named('training.changed').length, { timeout: 20_000 }).toBe(10_000);
    await resumed.leave();
    const stalled = openStalledStream(system, beginning);
    await waitUntil(() => system.lines.map(({ event }) => event)).toContain('stream_aborted');
    await stalled;
    await change(11_000);
    for (const id of [beginning, '1-1', 'invalid']) {
      const late = await openStream(system, '/api/stream', { 'last-event-id': id });
      await waitUntil(() => late.received.map(({ event }) => event)).toEqual(['reset', 'ready']);
      expect(late.received[1]!.data).toMatchObject({ resumed: false });
      await late.leave();
    }
  }, 60_000);

  it('requires scope read, outlasts handler timeout and Redis restart, and ends at shutdown', async () => {
    const system = await openTestSystem({ as: 'admin', limits: { requestTimeoutMs: 200 } });
    const live = await Promise.all([openStream(system), openStream(system), openStream(system)]);
    for (const each of live) await waitUntil(() => each.received).toHaveLength(1);
    expect(
      (await system.call('GET', '/api/stream', undefined, { authorization: 'Bearer x' })).statusCode,
    ).toBe(401);
    await new Promise((resolve) => setTimeout(resolve, 500));
    expect(live.map((each) => each.hasEnded())).toEqual([false, false, false]);
    await system.redis.restart();
    await waitUntil(() => system.deps.store.ping()).toBeUndefined();
    await new Promise((resolve) => setTimeout(resolve, 300));
    await system.deps.store.setControl({ paused: true });
    for (const each of live) await waitUntil(() => each.named('dispatch.changed')).toHaveLength(1);
    expect(live.map(({ received }) => received.at(-1)!.id)).toEqual(
      Array(3).fill(live[0]!.received.at(-1)!.id),
    );
    await system.app.close();
    for (const each of live) await waitUntil(() => each.hasEnded()).toBe(true);
  });
});

describe('the limits of streams', () => {
  const open = async (system: TestSystem, times: number, headers = {}) => {
    await listen(system);
    return Promise.all(Array.from({ length: times }, () => openStream(system, '/api/stream', headers)));
  };
  const count = (opened: readonly { readonly response: Response }[], status: number) =>
    opened.filter(({ response }) => response.status === status).length;

  it('hold exactly for each key when its streams are opened at the same time', async () => {
    const system = await openTestSystem({
      as: 'admin',
      env: { STREAMS_PER_KEY: '3', STREAMS_PER_PROCESS: '5' },
    });
    const opened = await open(system, 40);
    expect([count(opened, 200), count(opened, 429)]).toEqual([3, 37]);
    const writer = { authorization: `Bearer ${KEYS.write}` };
    const others = await open(system, 40, writer);
    expect([count(others, 200), count(others, 503)]).toEqual([2, 38]);
    const metrics = await system.open.metrics.text();
    expect(metrics).toMatch(/refusals_total{limit="streams_per_key"} 37/);
    expect(metrics).toMatch(/refusals_total{limit="streams"} 38/);
    await Promise.all(opened.map((each) => each.leave()));
    await waitUntil(async () => count(await open(system, 1, writer), 200)).toBe(1);
  });

  it('hold exactly for a process without keys', async () => {
    const system = await openTestSystem({ env: { STREAMS_PER_KEY: '1', STREAMS_PER_PROCESS: '10' } });
    const opened = await open(system, 40, { host: 'localhost' });
    expect([count(opened, 200), count(opened, 503)]).toEqual([10, 30]);
  });
});

describe('GET /api/trainings/:id/stream', () => {
  it('streams the live events of one training and resumes past those of others', async () => {
    const system = await openTestSystem({ as: 'admin' });
    const [followed, other] = [await acceptTraining(system), await acceptTraining(system)];
    const live = await openStream(system, `/api/trainings/${followed}/stream`);
    await cancel(system, other);
    await cancel(system, followed);
    await waitUntil(() => live.named('training.changed')).toHaveLength(1);
    expect(live.named('training.changed')[0]!.data).toMatchObject({
      training_id: followed,
      event: { to: 'cancelled' },
      training: { id: followed, status: 'cancelled' },
    });
    expect((await system.call('GET', '/api/trainings/unknown/stream')).json()).toMatchObject({
      status: 404,
      code: 'training_not_found',
    });
  });
});
