import {
  buildWorkflow,
  createTrainyardClient,
  RefusedError,
  type TrainyardClient,
  UnreachableError,
} from '@trainyard/client';
import { describe, expect, it } from 'vitest';
import { KEYS, openFullSystem, openTestSystem } from './test-system.ts';

async function createClient(system: Awaited<ReturnType<typeof openTestSystem>>): Promise<TrainyardClient> {
  return createTrainyardClient({ baseUrl: `${await system.app.listen({ host: '127.0.0.1', port: 0 })}/` });
}

async function loadImages(
  system: Awaited<ReturnType<typeof openTestSystem>>,
  actorId: string,
): Promise<string[]> {
  return (await system.call('GET', `/api/actors/${actorId}/training-data`)).json().s3_urls;
}

describe('the client, used as in the examples of the legacy client', () => {
  it('starts the training of a style', async () => {
    const system = await openTestSystem();
    const client = await createClient(system);
    const result = await client.trainStyle({
      styleId: 'my-style-123',
      imageUrls: ['s3://bucket/user/style/image1.jpg', 's3://bucket/user/style/image2.jpg'],
      userId: 'user-456',
      tenantId: 'tenant-789',
    });
    expect(result).toMatchObject({
      status: 'started',
      job_id: expect.stringMatching(/^custom-styles_style_my-style-123_\d+$/),
      user_id: 'user-456',
      tenant_id: 'tenant-789',
      training_type: 'custom-styles',
      model_name: 'style_my-style-123',
      webhook_url: 'https://train.example.com/core/training-webhooks/runpod-serverless',
    });
  });

  it('starts the training of an actor', async () => {
    const system = await openTestSystem();
    await system.deps.objects.put('data/actors.json', JSON.stringify([{ id: 'actor-abc', name: 'abc' }]));
    const client = await createClient(system);
    const imageUrls = ['s3://bucket/user/actor/image1.jpg'];
    const result = await client.trainActor({ actorId: 'actor-abc', imageUrls, userId: 'user-456' });
    expect(result).toMatchObject({ status: 'started', training_type: 'custom-actors' });
  });

  it('authenticates every request by its API key', async () => {
    const system = await openTestSystem({ as: 'admin' });
    const baseUrl = await system.app.listen({ host: '127.0.0.1', port: 0 });
    const request = { styleId: 'my-style-123', imageUrls: ['s3://bucket/a.png'] };
    const started = await createTrainyardClient({ baseUrl, apiKey: KEYS.write }).trainStyle(request);
    expect(started.status).toBe('started');
    const refusal = await createTrainyardClient({ baseUrl })
      .trainStyle(request)
      .catch((error: unknown) => error);
    expect(refusal).toMatchObject({ name: 'RefusedError', code: 'unauthorized' });
  });

  it('overrides computed hyperparameters with values of the caller', async () => {
    const client = await createClient(await openTestSystem());
    const { training_id } = await client.trainStyle({
      styleId: 'style-123',
      imageUrls: ['s3://bucket/a.png'],
      learningRate: 0.0005,
      maxTrainSteps: 1500,
    });
    const { hyperparameters } = await client.getTraining(training_id);
    expect(hyperparameters).toMatchObject({ learning_rate: 0.0005, max_train_steps: 1500 });
  });

  it('sends a workflow that it built', async () => {
    const client = await createClient(await openTestSystem());
    const { workflow } = await buildWorkflow({ classTokens: 'my-token', trainingType: 'custom-styles' });
    const request = { styleId: 'own', imageUrls: ['s3://bucket/a.png'], workflow: { ...workflow } };
    const { training_id, workflow_changes } = await client.trainStyle(request);
    expect(workflow_changes.map(({ node, input }) => `${node}.${input}`)).toContain('107.output_dir');
    expect((await client.getTraining(training_id)).own_workflow).toBe(true);
  });

  it('throws RefusedError with the fault of a request and UnreachableError without a server', async () => {
    const client = await createClient(await openTestSystem());
    const request = { styleId: 's', imageUrls: ['ftp://elsewhere/a.png'] };
    const refusal = await client.trainStyle(request).catch((error: unknown) => error);
    expect(refusal).toBeInstanceOf(RefusedError);
    expect(refusal).toMatchObject({ message: expect.stringContaining('ftp://elsewhere/a.png') });
    const unreachable = createTrainyardClient({ baseUrl: 'http://127.0.0.1:9' });
    await expect(unreachable.trainStyle(request)).rejects.toBeInstanceOf(UnreachableError);
  });

  it('creates one training for concurrent requests with the same request id', async () => {
    const client = await createClient(await openTestSystem());
    const request = { styleId: 's', imageUrls: ['s3://bucket/a.png'], requestId: 'order-1' };
    const answers = await Promise.all([client.trainStyle(request), client.trainStyle(request)]);
    expect(new Set(answers.map(({ training_id }) => training_id)).size).toBe(1);
  });

  it('watches a training to its end by the stream alone', async () => {
    const system = await openFullSystem();
    const client = await createClient(system);
    const imageUrls = await loadImages(system, '0019');
    const { training_id } = await client.trainActor({ actorId: '0019', imageUrls, maxTrainSteps: 500 });
    const seen: string[] = [];
    for await (const { status } of client.watch(training_id, { pollIntervalMs: 60_000 })) seen.push(status);
    expect(seen.at(-1)).toBe('completed');
    expect(seen.length).toBeGreaterThan(1);
  });
});
