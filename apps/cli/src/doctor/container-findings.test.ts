import { describe, expect, it } from 'vitest';
import { evaluateTestTraining, type TestTraining } from './container-findings.ts';

const testTraining: TestTraining = {
  id: 't1',
  status: 'completed',
  output_key: 'models/t1/attempt-1.safetensors',
  failure: null,
  model: { lora_url: 's3://bucket/models/t1/attempt-1.safetensors', verified: true, size_bytes: 9_000 },
  execution_seconds: 61.4,
  cost_usd: 0.0123,
  reportedProgress: true,
  webhook: 'received',
};

function listVerdicts(change: Partial<TestTraining>) {
  return evaluateTestTraining({ ...testTraining, ...change }).map(
    ({ verdict, text }) => `${verdict}: ${text}`,
  );
}

describe('the findings about a container', () => {
  it('are ok when the container supports every optional feature', () => {
    expect(listVerdicts({})).toEqual([
      'ok: trained 10 steps in 61 s, for $0.0123',
      'ok: uses output_key: s3://bucket/models/t1/attempt-1.safetensors, 9000 bytes',
      'ok: reports progress',
      'ok: RunPod sent a webhook at the end',
    ]);
  });
  it('warn of each unsupported optional feature', () => {
    const model = { lora_url: 's3://bucket/style_doctor_V1.safetensors', verified: true, size_bytes: 9_000 };
    expect(listVerdicts({ model, reportedProgress: false, webhook: 'not_received' }).slice(1)).toEqual([
      'warning: ignores output_key; the model was found at s3://bucket/style_doctor_V1.safetensors, 9000 bytes',
      'warning: reports no progress: the progress of runs is not shown',
      'warning: RunPod sent no webhook; the end was found by polling',
    ]);
  });
  it('warn of a model that is not verified', () => {
    const model = { lora_url: 'https://elsewhere/x.safetensors', verified: false, size_bytes: null };
    expect(listVerdicts({ model })[1]).toMatch(/^warning: its model at .* is not verified; .*MODEL_PREFIXES/);
  });
  it('contain a fault with the reason of a failed test training', () => {
    const failure = { class: 'data', message: 'No files were downloaded from S3' };
    expect(listVerdicts({ status: 'failed', failure, model: null })[0]).toBe(
      'fault: the test training t1 ended as failed, data: No files were downloaded from S3',
    );
  });
});
