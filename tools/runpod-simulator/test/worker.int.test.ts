import { describe, expect, it } from 'vitest';
import {
  buildWorkflow,
  callApi,
  ENDPOINT,
  eventually,
  startSimulator,
  submitRun,
  waitForOutcome,
  waitUntilRunning,
} from './fixture.ts';

describe('a training on the simulator', () => {
  it('uploads LoRA file, loss plot and samples under its output_key and returns the payload of the legacy API', async () => {
    const system = await startSimulator();
    const runId = await submitRun(system);
    expect(await waitForOutcome(system, runId)).toMatchObject({
      status: 'completed',
      output: {
        loraName: 'actor_0000_V1.safetensors',
        loraUrl: system.store.toUri('loras/t1/1.safetensors'),
      },
    });
    const lora = await system.store.get('loras/t1/1.safetensors');
    const { json } = await callApi(system.baseUrl, 'GET', `${ENDPOINT}/status/${runId}`);
    expect(json['output']).toMatchObject({
      status: 'success',
      job_id: '0000_1234567890',
      model_info: { size_bytes: lora?.sizeBytes, model_type: 'lora' },
    });
    const keys = [];
    for await (const { key } of system.store.list('loras/')) keys.push(key);
    expect(keys).toEqual(['loras/t1/1.safetensors', 'loras/t1/1_loss.png', 'loras/t1/1_sample_00.png']);
  });

  it('reports progress and loss while it runs', async () => {
    const system = await startSimulator({ pace: { durationMs: 30_000_000 } });
    const runId = await submitRun(system, { executionTimeoutMs: 36_000_000, ttlMs: 72_000_000 });
    const seen = await eventually(async () => {
      const observation = await system.provider.observe(ENDPOINT, runId);
      if (observation.kind !== 'live' || !observation.progress) throw new Error('no progress yet');
      return observation.progress;
    });
    expect(seen.step).toBeGreaterThan(0);
    expect(seen.loss).toBeGreaterThan(0);
    expect(seen.stepsPerSecond).toBeGreaterThan(0);
  });

  it('uses the model name as its key when the container ignores output_key', async () => {
    const system = await startSimulator({ ignoreOutputKey: true });
    await waitForOutcome(system, await submitRun(system));
    expect(await system.store.head('loras/t1/1.safetensors')).toBeUndefined();
    expect(await system.store.head('actor_0000_V1.safetensors')).toBeDefined();
  });

  it.each([
    [
      'a missing field',
      { config: { user_id: '', model_name: undefined } },
      'Missing required training_config fields: user_id, model_name',
      'configuration',
    ],
    ['no data', { s3Urls: [] }, 'No files were downloaded from S3', 'data'],
    ['missing data', { s3Urls: ['s3://nowhere/a.png'] }, 'No files were downloaded from S3', 'data'],
  ] as const)(
    'fails for %s with the message of the container',
    async (_, training, message, failureClass) => {
      const system = await startSimulator();
      const outcome = await waitForOutcome(system, await submitRun(system, training));
      expect(outcome).toMatchObject({ status: 'failed', failure: { class: failureClass } });
      expect(JSON.stringify(outcome)).toContain(message);
    },
  );

  it.each([
    ['a value out of its bounds', { '107': { network_dim: 0 } }, 'Node 107', 'configuration'],
    ['the plot style «default»', { '70': { plot_style: 'default' } }, 'plot_style', 'configuration'],
    ['a different dataset folder', { '109': { dataset_path: '/elsewhere' } }, 'num_train_epochs', 'data'],
  ])('fails for %s as in ComfyUI', async (_, changes, message, failureClass) => {
    const system = await startSimulator();
    const outcome = await waitForOutcome(
      system,
      await submitRun(system, { workflow: await buildWorkflow(changes) }),
    );
    expect(outcome).toMatchObject({ status: 'failed', failure: { class: failureClass } });
    expect(JSON.stringify(outcome)).toContain(message);
  });

  it('fails for captions without images', async () => {
    const system = await startSimulator();
    const s3Urls = [system.store.toUri('actors/0000/a.txt')];
    expect(await waitForOutcome(system, await submitRun(system, { s3Urls }))).toMatchObject({
      failure: { class: 'data', code: 'no_images' },
    });
  });

  it('returns the cached outputs of an identical workflow unless the workflow resets its dataset', async () => {
    const system = await startSimulator({ workers: 1, idleTimeoutMs: 3_600_000_000 });
    const trap = await buildWorkflow({ '108': { reset_on_queue: false } });
    for (const [id, expected] of [
      ['t1', 't1'],
      ['t2', 't1'],
    ] as const) {
      const outcome = await waitForOutcome(system, await submitRun(system, { id, workflow: trap }));
      expect(outcome).toMatchObject({
        output: { loraUrl: system.store.toUri(`loras/${expected}/1.safetensors`) },
      });
    }
    for (const id of ['t3', 't4']) {
      const outcome = await waitForOutcome(system, await submitRun(system, { id }));
      expect(outcome).toMatchObject({ output: { loraUrl: system.store.toUri(`loras/${id}/1.safetensors`) } });
    }
  });

  it('waits in the order of the queue while all workers are busy', async () => {
    const system = await startSimulator({ workers: 1, coldStartMs: 0 });
    const first = await submitRun(system, { id: 't1' });
    await waitUntilRunning(system, first);
    const others = [await submitRun(system, { id: 't2' }), await submitRun(system, { id: 't3' })];
    for (const runId of others) await waitForOutcome(system, runId);
    const jobs = system.simulator.history.jobs();
    expect(jobs.map(({ training_id }) => training_id)).toEqual(['t1', 't2', 't3']);
    const [a, b, c] = jobs;
    expect(b?.started_at).toBeGreaterThanOrEqual(a?.ended_at ?? Number.NaN);
    expect(c?.started_at).toBeGreaterThanOrEqual(b?.ended_at ?? Number.NaN);
    expect(system.simulator.history.maxLive()).toBe(3);
  });
});
