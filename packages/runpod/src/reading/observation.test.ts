import type { RunObservation } from '@trainyard/application';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createRedactor } from '../http/redact.ts';
import { readObservation } from './observation.ts';

const redact = createRedactor(['the-key']);

function observe(json: unknown, httpStatus = 200): RunObservation {
  return readObservation({ kind: 'answer', answer: { httpStatus, json } }, 'run-1', redact);
}

const success = {
  status: 'success',
  job_id: '16_1234567890',
  loraName: 'style_16_v1.0.safetensors',
  loraUrl: 'https://s3-accelerate.amazonaws.com/bucket/path/model.safetensors',
  model_info: { size_bytes: 45_678_912, model_type: 'lora' },
};
const read = { loraUrl: success.loraUrl, loraName: success.loraName, sizeBytes: 45_678_912 };

describe('a completed run', () => {
  it.each([
    ['the seeds’ payload', success],
    ['the payload below another envelope', { status: 'COMPLETED', output: success }],
    ['the payload as text', JSON.stringify(success)],
    ['the payload as the last of a stream', [{ step: 1 }, success]],
    ['the payload as a result', { result: success }],
  ])('gives its model from %s', (_, output) => {
    expect(observe({ id: 'run-1', status: 'COMPLETED', output, executionTime: 3_000_000 })).toEqual({
      kind: 'ended',
      outcome: { status: 'completed', output: read, executionMs: 3_000_000 },
    });
  });

  it.each([
    ['a field', { loraUrl: 'https://b.s3.amazonaws.com/a.safetensors?X-Amz-Signature=abc#x' }],
    ['a bare text', 'https://b.s3.amazonaws.com/a.safetensors?X-Amz-Signature=abc'],
    ['an envelope', { output: { lora_url: ' https://b.s3.amazonaws.com/a.safetensors?token=1' } }],
  ])('gives a presigned address from %s without its signature', (_, output) => {
    expect(observe({ id: 'run-1', status: 'COMPLETED', output })).toMatchObject({
      outcome: { output: { loraUrl: 'https://b.s3.amazonaws.com/a.safetensors' } },
    });
  });

  it('leaves a key alone that holds what would be a query elsewhere', () => {
    const output = { loraUrl: 's3://bucket/what?/a#1.bin' };
    expect(observe({ id: 'run-1', status: 'COMPLETED', output })).toMatchObject({ outcome: { output } });
  });

  it('gives a bare address of a model as its address', () => {
    expect(
      observe({ id: 'run-1', status: 'COMPLETED', output: 's3://bucket/loras/a.safetensors' }),
    ).toMatchObject({
      outcome: { status: 'completed', output: { loraUrl: 's3://bucket/loras/a.safetensors' } },
    });
  });

  it.each([[undefined], [null], ['done'], [{}], [[]], [42], [{ images: [], status: 'success_no_images' }]])(
    'without a usable output (%j) is completed without an address, to be looked up in the store',
    (output) => {
      expect(observe({ id: 'run-1', status: 'COMPLETED', output })).toEqual({
        kind: 'ended',
        outcome: { status: 'completed', output: {} },
      });
    },
  );

  it.each([
    ['the seeds’ failure', { status: 'failed', job_id: '1', error: 'CUDA out of memory' }],
    ['an output with an error', { error: 'CUDA out of memory' }],
    ['a nested failure', { output: { status: 'failed', error: 'CUDA out of memory' } }],
    ['a failure as text', '{"status":"failed","error":"CUDA out of memory"}'],
  ])('is a failure when its output is %s', (_, output) => {
    expect(observe({ id: 'run-1', status: 'COMPLETED', output, executionTime: 5 })).toMatchObject({
      outcome: { status: 'failed', failure: { class: 'out_of_memory' }, executionMs: 5 },
    });
  });

  it('with an error beside it and no model is a failure', () => {
    expect(observe({ id: 'run-1', status: 'COMPLETED', error: { message: 'worker crashed' } })).toMatchObject(
      {
        outcome: { status: 'failed', failure: { class: 'provider' } },
      },
    );
  });

  it('does not take an execution time beyond 2^53 for exact', () => {
    const json = JSON.parse(
      '{"id":"run-1","status":"COMPLETED","executionTime":90071992547409931}',
    ) as unknown;
    expect(observe(json)).toEqual({ kind: 'ended', outcome: { status: 'completed', output: {} } });
  });
});

describe('a run that ended badly', () => {
  it('tells the message of RunPod’s JSON-encoded error', () => {
    const error = JSON.stringify({
      error_type: "<class 'AttributeError'>",
      error_message: "'FluxNetworkTrainer' object has no attribute 'num_train_epochs'",
      error_traceback: 'Traceback (most recent call last): …',
      hostname: 'host',
    });
    expect(observe({ id: 'run-1', status: 'FAILED', error })).toMatchObject({
      outcome: { status: 'failed', failure: { class: 'data', code: 'no_images' } },
    });
  });

  it('finds a cause that only the traceback names', () => {
    const error = JSON.stringify({
      error_message: 'Error',
      error_traceback: "OSError: Can't load tokenizer for x",
    });
    expect(observe({ id: 'run-1', status: 'FAILED', error })).toMatchObject({
      outcome: { failure: { class: 'configuration', code: 'tokenizer_missing' } },
    });
  });

  it('may carry its error in the output instead', () => {
    const output = { error: 'Job processing failed', details: ['CUDA out of memory'] };
    expect(observe({ id: 'run-1', status: 'FAILED', output })).toMatchObject({
      outcome: { status: 'failed', failure: { class: 'out_of_memory' } },
    });
    expect(observe({ id: 'run-1', status: 'FAILED', error: output })).toMatchObject({
      outcome: { status: 'failed', failure: { class: 'out_of_memory' } },
    });
  });

  it('is timed out when its execution timeout passed, whichever word RunPod uses', () => {
    const outcome = { status: 'timed_out', failure: { class: 'timeout' } };
    expect(observe({ id: 'run-1', status: 'TIMED_OUT' })).toMatchObject({ outcome });
    expect(observe({ id: 'run-1', status: 'FAILED', error: 'executionTimeout exceeded' })).toMatchObject({
      outcome,
    });
  });

  it('may have an error that never ends', () => {
    const error = JSON.parse(`${'{"error":'.repeat(50_000)}1${'}'.repeat(50_000)}`) as unknown;
    expect(observe({ id: 'run-1', status: 'FAILED', error, output: error })).toMatchObject({
      outcome: { status: 'failed' },
    });
  });

  it('is cancelled with the time it took', () => {
    expect(observe({ id: 'run-1', status: 'CANCELLED', executionTime: '1500' })).toMatchObject({
      outcome: { status: 'cancelled', executionMs: 1_500 },
    });
  });

  it('hides the key and the queries of URLs in its message', () => {
    const error = 'GET https://bucket.s3.amazonaws.com/a.png?X-Amz-Signature=abc failed with the-key';
    const observation = JSON.stringify(observe({ id: 'run-1', status: 'FAILED', error }));
    expect(observation).not.toContain('the-key');
    expect(observation).not.toContain('X-Amz-Signature');
  });
});

describe('a run that is alive', () => {
  it.each([
    [
      { step: 12, total_steps: 2000, loss: 0.31, rate: 3.5 },
      { step: 12, totalSteps: 2000, loss: 0.31, stepsPerSecond: 3.5 },
    ],
    [
      { step: '12', total: '2000' },
      { step: 12, totalSteps: 2000 },
    ],
    [
      { step: 12, max_train_steps: 2000, loss: 'nan' },
      { step: 12, totalSteps: 2000 },
    ],
    [
      { progress: { step: 12, total: 2000, steps_per_second: '3.5' } },
      { step: 12, totalSteps: 2000, stepsPerSecond: 3.5 },
    ],
    ['{"step":12,"total":2000}', { step: 12, totalSteps: 2000 }],
    [
      '12/2000 [00:30<1:20:00, 3.5it/s, avr_loss=0.31]',
      { step: 12, totalSteps: 2000, loss: 0.31, stepsPerSecond: 3.5 },
    ],
    ['steps: 12/2000, 2.0s/it', { step: 12, totalSteps: 2000, stepsPerSecond: 0.5 }],
    [
      { step: 2100, total: 2000 },
      { step: 2000, totalSteps: 2000 },
    ],
  ])('reports its progress from %j', (output, progress) => {
    expect(observe({ id: 'run-1', status: 'IN_PROGRESS', output })).toEqual({
      kind: 'live',
      phase: 'in_progress',
      providerStatus: 'IN_PROGRESS',
      progress,
    });
  });

  it.each([
    ['loading models'],
    [{ message: 'x' }],
    [null],
    [{ step: 1 }],
    [{ step: -1, total: 5 }],
    [{ step: 1, total: 0 }],
  ])('reports no progress when %j tells none', (output) => {
    expect(observe({ id: 'run-1', status: 'RUNNING', output })).toEqual({
      kind: 'live',
      phase: 'in_progress',
      providerStatus: 'RUNNING',
    });
  });

  it('never takes the output of an unfinished run for its result', () => {
    expect(observe({ id: 'run-1', status: 'IN_PROGRESS', output: success }).kind).toBe('live');
  });

  it('stays alive under a status that nobody knows', () => {
    expect(observe({ id: 'run-1', status: 'PREEMPTED' })).toEqual({
      kind: 'live',
      phase: 'in_queue',
      providerStatus: 'PREEMPTED',
    });
    expect(observe({ id: 'run-1', status: 'PREEMPTED', delayTime: 100 })).toMatchObject({
      phase: 'in_progress',
    });
  });
});

describe('an answer that tells nothing of the run', () => {
  it.each([
    ['no status', { id: 'run-1' }, 200],
    ['an error alone', { error: 'internal' }, 200],
    ['nothing', {}, 200],
    ['another run', { id: 'run-2', status: 'COMPLETED' }, 200],
    ['a list', [], 200],
    ['no JSON', undefined, 200],
    ['a gateway error', undefined, 502],
    ['a rate limit', { error: 'slow down' }, 429],
    ['a bad request', { error: 'bad' }, 400],
  ])('is unavailable: %s', (_, json, httpStatus) => {
    expect(observe(json, httpStatus).kind).toBe('unavailable');
  });

  it('tells a missing run from a missing endpoint', () => {
    expect(observe({ error: 'job not found' }, 404)).toEqual({ kind: 'missing' });
    expect(observe({ detail: 'endpoint not found' }, 404)).toMatchObject({
      kind: 'denied',
      scope: 'endpoint',
    });
  });

  it.each([401, 402, 403])('is denied to the account by %i', (httpStatus) => {
    expect(observe({ error: 'no' }, httpStatus)).toMatchObject({ kind: 'denied', scope: 'account' });
  });

  it('has a reading for any JSON', () => {
    fc.assert(
      fc.property(fc.jsonValue(), fc.integer({ min: 100, max: 599 }), (json, httpStatus) => {
        expect(['live', 'ended', 'missing', 'denied', 'unavailable']).toContain(
          observe(json, httpStatus).kind,
        );
      }),
    );
  });
});
