import type { Attempt, Queued } from '@trainyard/domain';
import { describe, expect, it } from 'vitest';
import { createDispatchHarness } from '../../test/dispatch-harness.ts';
import { inspectDataset } from '../dataset/inspect.ts';
import type { WorkflowInput } from '../ports/workflows.ts';
import { buildSubmission } from './submission.ts';

const attempt = {
  number: 1,
  endpointId: 'ep',
  versionName: 'V1',
  modelName: 'actor_0000_V1',
  outputKey: 'models/t1/attempt-1.safetensors',
  executionTimeoutMs: 7_200_000,
  ttlMs: 30_600_000,
} as Attempt;

describe('the request to RunPod', () => {
  it('has the fields of the legacy API, the additional fields of Trainyard, and each caption after its image', async () => {
    const { deps, training } = await createDispatchHarness();
    await deps.objects.put('images/a.txt', 'a portrait');
    const queued = training() as Queued;
    const { request } = queued;
    const legacy: Queued = {
      ...queued,
      request: {
        ...request,
        subject: { kind: 'actor', id: '0000' },
        requestId: '0000_1234567890',
        userId: 'actor_maker_user',
        tenantId: 'actor_maker',
        containerConfig: { preview_every: 250, attempt: 9 },
        hyperparameters: { ...request.hyperparameters, learning_rate: 0.0004, max_train_steps: 2000 },
      },
    };
    const { imageUris, trigger } = legacy.request;
    const dataset = await inspectDataset(deps.objects, { kind: 'actor', trigger, imageUris });
    const settings = { ...deps.settings, webhookUrl: async () => 'https://abc123.ngrok.io/core/x?token=t' };
    expect(await buildSubmission({ ...deps, settings }, legacy, { attempt, dataset })).toEqual({
      endpointId: 'ep',
      input: {
        workflow: {},
        training_data: { s3_urls: ['s3://local/images/a.png', 's3://local/images/a.txt'] },
        training_config: {
          mode: 'custom-actors',
          user_id: 'actor_maker_user',
          tenant_id: 'actor_maker',
          request_id: '0000_1234567890',
          preview_every: 250,
          model_name: 'actor_0000_V1',
          learning_rate: 0.0004,
          max_train_steps: 2000,
          training_id: 't1',
          attempt: 1,
          output_key: 'models/t1/attempt-1.safetensors',
        },
      },
      webhookUrl: 'https://abc123.ngrok.io/core/x?token=t',
      executionTimeoutMs: 7_200_000,
      ttlMs: 30_600_000,
    });
  });

  it('has the output folder of the template, and in a fixed folder the output name of the attempt', async () => {
    const { deps, training } = await createDispatchHarness();
    const built: unknown[] = [];
    const workflows = {
      ...deps.workflows,
      build: ({ outputDir, outputName }: WorkflowInput) => {
        built.push([outputDir, outputName]);
        return {};
      },
    };
    const queued = training() as Queued;
    const { imageUris, trigger } = queued.request;
    const dataset = await inspectDataset(deps.objects, { kind: 'actor', trigger, imageUris });
    for (const [containerOutputDir, outputName] of [
      ['/out/{training_id}/attempt-{attempt}', undefined],
      ['/output', 'actor_0000_V1-a2'],
    ] as const) {
      const settings = { ...deps.settings, containerOutputDir };
      const second = { ...attempt, number: 2, ...(outputName && { outputName }) };
      await buildSubmission({ ...deps, settings, workflows }, queued, { attempt: second, dataset });
    }
    expect(built).toEqual([
      ['/out/t1/attempt-2', 'actor_0000_V1'],
      ['/output', 'actor_0000_V1-a2'],
    ]);
  });
});
