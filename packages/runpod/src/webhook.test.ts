import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parseWebhook } from './webhook.ts';

describe('the body of a webhook', () => {
  it('is kept without the request that it echoes', () => {
    const body = {
      id: 'run-1-u1',
      status: 'COMPLETED',
      delayTime: 4_000,
      executionTime: 60_000,
      output: { status: 'success', loraUrl: 's3://b/k' },
      input: { training_config: { secret: 'the-input' } },
      webhook: 'https://here/webhook?token=the-token',
    };
    expect(parseWebhook(body)).toEqual({
      runId: 'run-1-u1',
      status: 'COMPLETED',
      delayMs: 4_000,
      executionMs: 60_000,
      output: '{"status":"success","loraUrl":"s3://b/k"}',
    });
    expect(parseWebhook(JSON.stringify(body)).runId).toBe('run-1-u1');
  });

  it('is kept without signatures', () => {
    const loraUrl = 'https://b.s3.amazonaws.com/a.safetensors?X-Amz-Signature=abc';
    const note = parseWebhook({ id: 'a', output: { loraUrl, more: 1 }, error: `no ${loraUrl} there` });
    expect(note.output).toBe('{"loraUrl":"https://b.s3.amazonaws.com/a.safetensors","more":1}');
    expect(note.error).toBe('no https://b.s3.amazonaws.com/a.safetensors there');
  });

  it('has its output and error cut to 64 KiB', () => {
    const note = parseWebhook({ id: 'a', output: 'ü'.repeat(100_000), error: 'é'.repeat(100_000) });
    expect(Buffer.byteLength(note.output!)).toBeLessThanOrEqual(64 * 1024);
    expect(Buffer.byteLength(note.error!)).toBeLessThanOrEqual(64 * 1024);
    expect(note.output).not.toContain('\uFFFD');
  });

  it('is parsed when the container itself calls', () => {
    expect(parseWebhook({ status: 'failed', job_id: '1', error: 'no' })).toEqual({
      status: 'failed',
      error: 'no',
    });
  });

  it.each([[undefined], [null], [[]], ['{'], [7], [{ id: '../x' }]])(
    'is recorded without fields when it is malformed (%j)',
    (body) => {
      expect(parseWebhook(body)).toEqual({});
    },
  );

  it('is parsed without an exception for every value', () => {
    const any = fc.jsonValue();
    const body = fc.oneof(any, fc.record({ id: any, status: any, output: any, error: any, delayTime: any }));
    fc.assert(
      fc.property(body, (json) => {
        expect(parseWebhook(json)).toBeTypeOf('object');
      }),
    );
  });
});
