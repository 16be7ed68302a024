import type { RunObservation } from '@trainyard/application';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { containerAnswers } from '../container-answers.ts';
import { createRedactor } from '../http/faults.ts';
import { isRunId } from './job.ts';
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
    ['the legacy payload', success],
    ['the payload below another envelope', { status: 'COMPLETED', output: success }],
    ['the payload as text', JSON.stringify(success)],
    ['the payload as the last of a stream', [{ step: 1 }, success]],
    ['the payload as a result', { result: success }],
  ])('has its model from %s', (_, output) => {
    expect(observe({ id: 'run-1', status: 'COMPLETED', output, executionTime: 3_000_000 })).toEqual({
      kind: 'ended',
      outcome: { status: 'completed', output: read, executionMs: 3_000_000 },
    });
  });

  it.each([
    ['a field', { loraUrl: 'https://b.s3.amazonaws.com/a.safetensors?X-Amz-Signature=abc#x' }],
    ['a bare text', 'https://b.s3.amazonaws.com/a.safetensors?X-Amz-Signature=abc'],
    ['an envelope', { output: { lora_url: ' https://b.s3.amazonaws.com/a.safetensors?token=1' } }],
  ])('has a presigned address from %s without its signature', (_, output) => {
    expect(observe({ id: 'run-1', status: 'COMPLETED', output })).toMatchObject({
      outcome: { output: { loraUrl: 'https://b.s3.amazonaws.com/a.safetensors' } },
    });
  });

  it('keeps a key with characters that start a query in a URL', () => {
    const output = { loraUrl: 's3://bucket/what?/a#1.bin' };
    expect(observe({ id: 'run-1', status: 'COMPLETED', output })).toMatchObject({ outcome: { output } });
  });

  it('accepts a plain address as the output', () => {
    expect(
      observe({ id: 'run-1', status: 'COMPLETED', output: 's3://bucket/loras/a.safetensors' }),
    ).toMatchObject({
      outcome: { status: 'completed', output: { loraUrl: 's3://bucket/loras/a.safetensors' } },
    });
  });

  it.each([[undefined], [null], ['done'], [{}], [[]], [42], [{ images: [], status: 'success_no_images' }]])(
    'is completed without an address when its output is unusable (%j)',
    (output) => {
      expect(observe({ id: 'run-1', status: 'COMPLETED', output })).toEqual({
        kind: 'ended',
        outcome: { status: 'completed', output: {} },
      });
    },
  );

  it.each([
    ['the legacy failure payload', { status: 'failed', job_id: '1', error: 'CUDA out of memory' }],
    ['an output with an error', { error: 'CUDA out of memory' }],
    ['a nested failure', { output: { status: 'failed', error: 'CUDA out of memory' } }],
    ['a failure as text', '{"status":"failed","error":"CUDA out of memory"}'],
  ])('fails when its output is %s', (_, output) => {
    expect(observe({ id: 'run-1', status: 'COMPLETED', output, executionTime: 5 })).toMatchObject({
      outcome: { status: 'failed', failure: { class: 'out_of_memory' }, executionMs: 5 },
    });
  });

  it('fails when it has an error and no model', () => {
    expect(observe({ id: 'run-1', status: 'COMPLETED', error: { message: 'worker crashed' } })).toMatchObject(
      {
        outcome: { status: 'failed', failure: { class: 'provider' } },
      },
    );
  });

  it('has no execution time beyond 2^53', () => {
    const json = JSON.parse(
      '{"id":"run-1","status":"COMPLETED","executionTime":90071992547409931}',
    ) as unknown;
    expect(observe(json)).toEqual({ kind: 'ended', outcome: { status: 'completed', output: {} } });
  });
});

describe('an unsuccessful run', () => {
  it('has the message of RunPod’s JSON-encoded error', () => {
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

  it('has the cause that only the traceback names', () => {
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

  it('is timed out after its execution timeout, whichever status RunPod reports', () => {
    const outcome = { status: 'timed_out', failure: { class: 'timeout' } };
    expect(observe({ id: 'run-1', status: 'TIMED_OUT' })).toMatchObject({ outcome });
    expect(observe({ id: 'run-1', status: 'FAILED', error: 'executionTimeout exceeded' })).toMatchObject({
      outcome,
    });
  });

  it('is a fault of the provider when «job timed out after 1 retries» ends it (case 11)', () => {
    const error = 'job timed out after 1 retries';
    const job = { delayTime: 101_050, error, executionTime: 42_078, id: 'run-1', retries: 1, workerId: 'w1' };
    expect(observe({ ...job, status: 'FAILED' })).toMatchObject({
      outcome: {
        status: 'failed',
        failure: { class: 'provider', code: 'worker_crash' },
        executionMs: 42_078,
      },
    });
  });

  it('has the class of an error behind a log of 20 000 characters', () => {
    const error = `${'loading\n'.repeat(2_500)}torch.OutOfMemoryError: Allocation on device`;
    expect(observe({ id: 'run-1', status: 'FAILED', error })).toMatchObject({
      outcome: { failure: { class: 'out_of_memory' } },
    });
  });

  it('may have an error of any length', () => {
    const error = JSON.parse(`${'{"error":'.repeat(50_000)}1${'}'.repeat(50_000)}`) as unknown;
    expect(observe({ id: 'run-1', status: 'FAILED', error, output: error })).toMatchObject({
      outcome: { status: 'failed' },
    });
  });

  it('is cancelled with its execution time', () => {
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

describe('a live run', () => {
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
  ])('reports no progress from %j', (output) => {
    expect(observe({ id: 'run-1', status: 'RUNNING', output })).toEqual({
      kind: 'live',
      phase: 'in_progress',
      providerStatus: 'RUNNING',
    });
  });

  it('does not end by the output of an unfinished run', () => {
    expect(observe({ id: 'run-1', status: 'IN_PROGRESS', output: success }).kind).toBe('live');
  });

  it('stays live under an unknown status', () => {
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

describe('a response that repeats the input of the run', () => {
  const config = { training_id: 't1', attempt: 2, model_name: 'm' };
  const named = { trainingId: 't1', attempt: 2 };

  it.each([
    ['a live run', 'IN_PROGRESS', { training_config: config }, named],
    ['an ended run', 'FAILED', { training_config: config }, named],
    ['an input as text', 'COMPLETED', JSON.stringify({ training_config: config }), named],
    ['an input of a different program', 'IN_QUEUE', { prompt: 'a cat' }, {}],
    ['fields of other types', 'IN_QUEUE', { training_config: { training_id: 7, attempt: 'x' } }, {}],
  ])('names its training and attempt: %s', (_, status, input, expected) => {
    expect(observe({ id: 'run-1', status, input })).toHaveProperty('input', expected);
  });

  it('names nothing without an input', () => {
    for (const input of [undefined, null, 'text', 7])
      expect(observe({ id: 'run-1', status: 'IN_QUEUE', input })).not.toHaveProperty('input');
  });
});

describe('a run id', () => {
  it.each(['', 'a/b', 'a b', 'ä', 'a'.repeat(129), '../run', 'run\n', '😀'])(
    'is refused when it has a different form: %j',
    (id) => {
      expect(isRunId(id)).toBe(false);
    },
  );

  it('has 1 to 128 letters, digits, hyphens and underscores', () => {
    for (const id of ['a', 'run_1-B', 'a'.repeat(128)]) expect(isRunId(id)).toBe(true);
  });
});

describe('a response without the state of the run', () => {
  it.each([
    ['no status', { id: 'run-1' }, 200],
    ['an error alone', { error: 'internal' }, 200],
    ['nothing', {}, 200],
    ['another run', { id: 'run-2', status: 'COMPLETED' }, 200],
    ['a list', [], 200],
    ['no JSON', undefined, 200],
    ['a gateway error', undefined, 502],
    ['a rate limit', { error: 'slow down' }, 429],
  ])('is unavailable: %s', (_, json, httpStatus) => {
    expect(observe(json, httpStatus).kind).toBe('unavailable');
  });

  it('distinguishes a missing run from a missing endpoint', () => {
    expect(observe({ error: 'job not found' }, 404)).toEqual({ kind: 'missing' });
    expect(observe({ error: 'invalid job id' }, 400)).toEqual({ kind: 'missing' });
    expect(observe({ detail: 'endpoint not found' }, 404)).toMatchObject({
      kind: 'denied',
      scope: 'endpoint',
    });
  });

  it.each([401, 402, 403])('is denied for the account by status %i', (httpStatus) => {
    expect(observe({ error: 'no' }, httpStatus)).toMatchObject({ kind: 'denied', scope: 'account' });
  });

  it('is parsed for every JSON value', () => {
    fc.assert(
      fc.property(fc.jsonValue(), fc.integer({ min: 100, max: 599 }), (json, httpStatus) => {
        expect(['live', 'ended', 'missing', 'denied', 'unavailable']).toContain(
          observe(json, httpStatus).kind,
        );
      }),
    );
  });
});

const STATUSES = ['COMPLETED', 'FAILED', 'TIMED_OUT', 'CANCELLED', 'IN_PROGRESS', 'IN_QUEUE'];

/** Every text and number in a value. */
function listValues(value: unknown): readonly (string | number)[] {
  if (typeof value === 'string' || typeof value === 'number') return [value];
  return typeof value === 'object' && value !== null ? Object.values(value).flatMap(listValues) : [];
}

describe('an answer of a container', () => {
  it('yields bounded, well-formed and printable texts and finite numbers, for every shape', () => {
    fc.assert(
      fc.property(containerAnswers('run-1', STATUSES), (job) => {
        const observation = observe(JSON.parse(JSON.stringify(job)));
        expect(JSON.stringify(observation).length).toBeLessThan(16_000);
        for (const value of listValues(observation)) {
          if (typeof value === 'number') expect(Number.isFinite(value)).toBe(true);
          else {
            expect(value.isWellFormed()).toBe(true);
            expect(value).not.toMatch(/[^\P{Cc}\t\n]/u);
            expect(Buffer.byteLength(value)).toBeLessThanOrEqual(8_000);
          }
        }
      }),
      { numRuns: 300 },
    );
  });

  it('of 9 MB leaves no address, and its fault', () => {
    const output = { loraUrl: `s3://bucket/${'k'.repeat(9_000_000)}.safetensors` };
    expect(observe({ id: 'run-1', status: 'COMPLETED', output })).toEqual({
      kind: 'ended',
      outcome: { status: 'completed', output: { addressFault: 'it is longer than 4096 bytes' } },
    });
  });

  it('has the class of its error without the colours of a terminal', () => {
    const error =
      '\u001b[31mRuntimeError\u001b[0m: CUDA \u001b[1mout of\u001b[0m memory \u001b]0;owned\u0007';
    const message = expect.stringContaining('(RuntimeError: CUDA out of memory)');
    expect(observe({ id: 'run-1', status: 'FAILED', error })).toMatchObject({
      outcome: { failure: { class: 'out_of_memory', message } },
    });
  });
});
