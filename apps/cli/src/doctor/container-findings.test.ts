import { describe, expect, it } from 'vitest';
import { evaluateTestTraining, type TestTraining } from './container-findings.ts';

const testTraining: TestTraining = {
  id: 't1',
  status: 'completed',
  attempt: 1,
  failure: null,
  model: { lora_url: 's3://bucket/models/t1/attempt-1.safetensors', size_bytes: 9_000 },
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

describe('the verdict on a container', () => {
  it('is good when it does all that it may', () => {
    expect(listVerdicts({})).toEqual([
      'ok: trained 10 steps in 61 s, for $0.0123',
      'ok: obeys output_key: s3://bucket/models/t1/attempt-1.safetensors, 9000 bytes',
      'ok: tells how far it is',
      'ok: its end was called back',
    ]);
  });
  it('warns of what is done without', () => {
    const model = { lora_url: 's3://bucket/style_doctor_V1.safetensors', size_bytes: 9_000 };
    expect(listVerdicts({ model, reportedProgress: false, webhook: 'not_received' }).slice(1)).toEqual([
      'warning: ignores output_key; the model was found at s3://bucket/style_doctor_V1.safetensors, 9000 bytes',
      'warning: tells no progress: nothing is shown between start and end',
      'warning: its end was not called back, and was found by polling',
    ]);
  });
  it('warns of a model that cannot be read from here', () => {
    const model = { lora_url: 'https://elsewhere/x.safetensors', size_bytes: null };
    expect(listVerdicts({ model })[1]).toMatch(/^warning: its model lies at .*cannot read/);
  });
  it('is a fault with its reason when the trial failed', () => {
    const failure = { class: 'data', message: 'No files were downloaded from S3' };
    expect(listVerdicts({ status: 'failed', failure, model: null })[0]).toBe(
      'fault: the trial t1 ended as failed, data: No files were downloaded from S3',
    );
  });
});
