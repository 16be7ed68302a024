import { describe, expect, it } from 'vitest';
import { createActorBody } from './legacy-bodies.ts';
import { openFullSystem } from './test-system.ts';

const POLL_OPTIONS = { timeout: 60_000, interval: 50 };

describe('a training over HTTP', () => {
  it('leads from the legacy request to a model that is marked good', async () => {
    const { call } = await openFullSystem();
    const images = (await call('GET', '/api/actors/0019/training-data')).json().s3_urls;
    const started = (
      await call('POST', '/api/training/start?wait=submitted', await createActorBody(images))
    ).json();
    expect(started).toMatchObject({ status: 'started', runpod_job_id: expect.any(String) });
    const status = async () =>
      (await call('POST', '/api/training/status', { job_id: started.runpod_job_id })).json();
    await expect.poll(async () => (await status()).status, POLL_OPTIONS).toBe('COMPLETED');
    expect(await status()).toMatchObject({
      output: {
        status: 'success',
        job_id: '0019_1234567890',
        loraName: 'actor_0019_V1.safetensors',
        loraUrl: expect.stringMatching(/^s3:/),
      },
    });
    const training = (await call('GET', `/api/trainings/${started.training_id}`)).json();
    expect(training).toMatchObject({
      status: 'completed',
      version_name: 'V1',
      attempt: 1,
      attempts_spent: 1,
      cost_usd: expect.any(Number),
      failure: null,
      own_workflow: true,
    });
    const { events } = (await call('GET', `/api/trainings/${training.id}/events`)).json();
    expect(events.map((each: { to: string }) => each.to)).toEqual(
      expect.arrayContaining(['queued', 'submitting', 'submitted', 'finalizing', 'completed']),
    );
    const good = await call('POST', '/api/actors/0019/mark-good', { version_id: training.id });
    expect(good.json().version).toMatchObject({
      name: 'V1',
      status: 'completed',
      good: true,
      loraUrl: training.model.lora_url,
    });
    const download = await call('GET', `/api/trainings/${training.id}/model`);
    expect(download.statusCode).toBe(302);
    const model = await call('GET', String(download.headers['location']));
    expect(model.rawPayload.length).toBe(training.model.size_bytes);
    expect(model.headers['content-disposition']).toContain(`${training.model_name}.safetensors`);
    expect((await call('GET', `/api/trainings/${training.id}/model?link=true`)).json()).toMatchObject({
      file_name: `${training.model_name}.safetensors`,
      size_bytes: training.model.size_bytes,
    });
    expect((await call('GET', '/api/actors')).json().actors[0]).toMatchObject({
      id: '0019',
      custom_models_good: true,
    });
    expect((await call('GET', '/api/slots')).json()).toMatchObject({ in_use_count: 0, waiting_count: 0 });
  });

  it('trains all eligible actors and summarizes the run', async () => {
    const { call, lines } = await openFullSystem();
    const answer = await call('POST', '/api/auto-train/runs', { all: true });
    expect(answer.statusCode, answer.body).toBe(202);
    const route = String(answer.headers['location']);
    await expect.poll(async () => (await call('GET', route)).json().done, POLL_OPTIONS).toBe(true);
    const progress = (await call('GET', route)).json();
    expect(progress.summary).toMatchObject({ processed: 2, successful: 2, failed: 0 });
    expect(progress.summary.cost_usd).toBeGreaterThan(0);
    const verdicts = (await call('GET', '/api/auto-train/candidates')).json().candidates;
    expect(verdicts[0].reasons).toMatchObject([{ code: 'awaiting_review' }]);
    expect(lines.map(({ event }) => event)).toContain('webhook_received');
    const board = (
      await call('GET', '/admin/queues/api/queues?activeQueue=trainings&status=completed')
    ).json();
    expect(board.queues[0].jobs).toHaveLength(2);
    expect(board.queues[0].jobs[0]).toMatchObject({ returnValue: { status: 'completed' }, progress: 100 });
  });

  it('is cancelled once RunPod confirms the end of its run', async () => {
    const { call } = await openFullSystem();
    const { id } = (await call('POST', '/api/trainings', { kind: 'actor', subject_id: '0042' })).json();
    const status = async () => (await call('GET', `/api/trainings/${id}`)).json().status;
    await expect.poll(status, POLL_OPTIONS).toMatch(/submitted|running/);
    await call('POST', `/api/trainings/${id}/cancel`);
    await expect.poll(status, POLL_OPTIONS).toMatch(/cancelled|completed/);
  });
});
