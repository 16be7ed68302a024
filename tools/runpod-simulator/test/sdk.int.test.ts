import runpod from 'runpod-sdk';
import { describe, expect, it } from 'vitest';
import { buildSubmission, ENDPOINT, eventually, KEY, startSimulator } from './fixture.ts';

/** The unmodified JavaScript client of RunPod, an independent interpretation of the API. */
function createSdk(baseUrl: string) {
  return runpod(KEY, { baseUrl }).endpoint(ENDPOINT)!;
}

describe('the SDK of RunPod against the simulator', () => {
  it('runs a job, polls it until its end and reads its output', async () => {
    const { store, baseUrl } = await startSimulator();
    const endpoint = createSdk(baseUrl);
    const { input } = await buildSubmission(store);
    const policy = { executionTimeout: 7_200_000, ttl: 30_600_000 };
    const { id, status } = await endpoint.run({ input, policy });
    expect(status).toBe('IN_QUEUE');
    const done = await eventually(async () => {
      const job = await endpoint.status(id);
      expect(job).toMatchObject({ id, completed: true, succeeded: true });
      return job as unknown as { output: Record<string, unknown>; executionTime: number; delayTime: number };
    });
    expect(done.output).toMatchObject({ status: 'success', loraName: 'actor_0000_V1.safetensors' });
    expect(done.executionTime).toBeGreaterThanOrEqual(199_000);
    expect(done.delayTime).toBeGreaterThanOrEqual(49_000);
  });

  it('cancels a job', async () => {
    const { store, baseUrl } = await startSimulator({ pace: { durationMs: 3_600_000_000 } });
    const endpoint = createSdk(baseUrl);
    const { input } = await buildSubmission(store);
    const { id } = await endpoint.run({ input });
    expect(await endpoint.cancel(id)).toMatchObject({ id, status: 'CANCELLED' });
    expect(await endpoint.status(id)).toMatchObject({
      status: 'CANCELLED',
      completed: true,
      succeeded: false,
    });
  });

  it('waits for a job with runSync, over /runsync and /status-sync', async () => {
    const pace = { durationMs: 150_000 };
    const { store, baseUrl } = await startSimulator({ coldStartMs: 0, pace });
    const { input } = await buildSubmission(store);
    const policy = { executionTimeout: 7_200_000, ttl: 30_600_000 };
    const done = await createSdk(baseUrl).runSync({ input, policy }, 60_000);
    expect(done).toMatchObject({ completed: true, succeeded: true, status: 'COMPLETED' });
    expect(done.id).toMatch(/^sync-/);
  });

  it('reads health, purges the queue and streams', async () => {
    const { store, baseUrl } = await startSimulator({
      workers: 1,
      coldStartMs: 0,
      pace: { durationMs: 3_600_000_000 },
    });
    const endpoint = createSdk(baseUrl);
    const { input } = await buildSubmission(store);
    const first = await endpoint.run({ input });
    await endpoint.run({ input });
    await eventually(async () => {
      const { jobs, workers } = await endpoint.health();
      expect(jobs).toEqual({ completed: 0, failed: 0, retried: 0, inProgress: 1, inQueue: 1 });
      expect(workers).toMatchObject({ running: 1, idle: 0, throttled: 0 });
    });
    expect(await endpoint.purgeQueue()).toEqual({ removed: 1, status: 'completed' });
    await endpoint.cancel(first.id);
    for await (const chunk of endpoint.stream(first.id)) expect(chunk).toBeUndefined();
  });
});
