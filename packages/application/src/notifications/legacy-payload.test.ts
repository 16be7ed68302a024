import type { Training } from '@trainyard/domain';
import { describe, expect, it } from 'vitest';
import { createDispatchHarness } from '../../test/dispatch-harness.ts';
import { toLegacyPayload } from './payload.ts';

const REQUEST = {
  subject: { kind: 'style', id: '16' },
  versionName: 'v1.0',
  modelName: 'style_16_v1.0',
  requestId: '16_1234567890',
} as const;

async function endTraining(end: object): Promise<Training> {
  const training = (await createDispatchHarness()).training();
  return { ...training, request: { ...training.request, ...REQUEST }, ...end } as Training;
}

describe('toLegacyPayload', () => {
  it('builds the success payload of the legacy API for a completed training', async () => {
    const loraUrl = 'https://s3-accelerate.amazonaws.com/bucket/path/model.safetensors';
    const model = { loraUrl, sizeBytes: 45_678_912 };
    expect(toLegacyPayload(await endTraining({ status: 'completed', model }))).toEqual({
      status: 'success',
      job_id: '16_1234567890',
      loraName: 'style_16_v1.0.safetensors',
      loraUrl,
      model_info: { size_bytes: 45_678_912, model_type: 'lora' },
    });
  });

  it('builds the failure payload of the legacy API for a failed training', async () => {
    const failure = { class: 'unknown', code: 'unknown', message: 'Error message here' };
    expect(toLegacyPayload(await endTraining({ status: 'failed', failure }))).toEqual({
      status: 'failed',
      job_id: '16_1234567890',
      error: 'Error message here',
    });
  });

  it('builds the failure payload of the legacy API for a cancelled training', async () => {
    expect(toLegacyPayload(await endTraining({ status: 'cancelled' }))).toEqual({
      status: 'failed',
      job_id: '16_1234567890',
      error: 'The training was cancelled',
    });
  });
});
