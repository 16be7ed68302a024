import { describe, expect, it } from 'vitest';
import {
  callApi,
  ENDPOINT,
  eventually,
  startReceiver,
  startSimulator,
  submitRun,
  waitForOutcome,
  waitUntilRunning,
} from './fixture.ts';

const FOREVER = { pace: { durationMs: 3_600_000_000_000 } };

describe('a run on the simulator', () => {
  it('retains its result for 30 minutes', async () => {
    const system = await startSimulator({ pictures: false });
    const runId = await submitRun(system);
    await waitForOutcome(system, runId);
    await eventually(async () => {
      expect(await system.provider.observe(ENDPOINT, runId)).toEqual({ kind: 'missing' });
    });
    const [job] = system.simulator.history.jobs();
    expect(job).toMatchObject({ job_id: runId, end_status: 'COMPLETED' });
  });

  it('is deleted without a result when its ttl has passed, also while it runs', async () => {
    const system = await startSimulator(FOREVER);
    const { url, received } = await startReceiver();
    const runId = await submitRun(system, {
      ttlMs: 1_500_000,
      executionTimeoutMs: 86_400_000,
      webhookUrl: url,
    });
    await waitUntilRunning(system, runId);
    await eventually(async () => {
      expect(await system.provider.observe(ENDPOINT, runId)).toEqual({ kind: 'missing' });
    });
    expect(system.simulator.history.jobs()[0]?.end_status).toBe('REMOVED');
    expect(system.simulator.history.live()).toBe(0);
    expect(received).toEqual([]);
    const { json } = await callApi(system.baseUrl, 'GET', `${ENDPOINT}/health`);
    expect(json['jobs']).toMatchObject({ inProgress: 0, inQueue: 0 });
  });

  it('times out after its executionTimeout', async () => {
    const system = await startSimulator(FOREVER);
    const named = await submitRun(system, { id: 't1', executionTimeoutMs: 300_000 });
    expect(await waitForOutcome(system, named)).toMatchObject({
      status: 'timed_out',
      failure: { class: 'timeout' },
    });
    const { json } = await callApi(system.baseUrl, 'GET', `${ENDPOINT}/status/${named}`);
    expect(json['status']).toBe('TIMED_OUT');
    expect(json['executionTime']).toBeGreaterThanOrEqual(299_000);
  });

  it('waits for the cold start of a worker, but not for a warm worker', async () => {
    const system = await startSimulator({ workers: 1, coldStartMs: 1_000_000, idleTimeoutMs: 3_600_000_000 });
    const delays: unknown[] = [];
    for (const id of ['t1', 't2']) {
      const runId = await submitRun(system, { id });
      await waitForOutcome(system, runId);
      delays.push((await callApi(system.baseUrl, 'GET', `${ENDPOINT}/status/${runId}`)).json['delayTime']);
    }
    expect(delays[0]).toBeGreaterThanOrEqual(999_000);
    expect(delays[1]).toBeLessThan(999_000);
  });

  it('stays cancelled after a cancel while queued or running', async () => {
    const system = await startSimulator({ ...FOREVER, workers: 1, coldStartMs: 0 });
    const [first, second] = [await submitRun(system, { id: 't1' }), await submitRun(system, { id: 't2' })];
    await waitUntilRunning(system, first);
    for (const runId of [second, first]) {
      expect(await system.provider.cancel(ENDPOINT, runId)).toEqual({ kind: 'acknowledged' });
      expect(await system.provider.observe(ENDPOINT, runId)).toMatchObject({
        outcome: { status: 'cancelled' },
      });
    }
    expect(await system.provider.cancel(ENDPOINT, first)).toEqual({ kind: 'acknowledged' });
    const third = await submitRun(system, { id: 't3' });
    await waitUntilRunning(system, third);
    expect(system.simulator.history.jobs().map(({ end_status }) => end_status)).toEqual([
      'CANCELLED',
      'CANCELLED',
      undefined,
    ]);
  });
});

describe('the webhook of a run', () => {
  it('is sent once at the end with the result and the request', async () => {
    const system = await startSimulator();
    const { url, received } = await startReceiver();
    const runId = await submitRun(system, { webhookUrl: url });
    await waitUntilRunning(system, runId);
    expect(received).toEqual([]);
    await waitForOutcome(system, runId);
    await eventually(() => expect(received).toHaveLength(1));
    expect(received[0]?.body).toMatchObject({
      id: runId,
      status: 'COMPLETED',
      webhook: url,
      input: { training_config: { training_id: 't1' } },
      output: { status: 'success' },
      executionTime: expect.any(Number),
      delayTime: expect.any(Number),
    });
  });

  it.each([500, 202, 302])(
    'is sent three times at intervals of 10 s when the status is %i',
    async (status) => {
      const system = await startSimulator({
        timeScale: 1 / 200,
        coldStartMs: 0,
        pace: { durationMs: 1_000 },
      });
      const { url, received } = await startReceiver(status);
      await submitRun(system, { webhookUrl: url });
      await eventually(() => expect(received).toHaveLength(3));
      const [first, second, third] = received.map(({ at }) => at);
      expect(second! - first!).toBeGreaterThanOrEqual(49);
      expect(third! - second!).toBeGreaterThanOrEqual(49);
      await eventually(() => {
        const tries = system.simulator.history.events().filter(({ event }) => event === 'webhook');
        expect(tries.map(({ detail }) => detail)).toEqual([1, 2, 3].map((nth) => `try ${nth}: ${status}`));
      });
    },
  );
});
