import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type ParsedWebhook, readWebhook } from './webhook.ts';

/** Reads a body that arrives in chunks of some bytes. */
function readText(text: string | Uint8Array, chunkBytes = 65_536): Promise<ParsedWebhook> {
  const bytes = Buffer.from(text);
  const count = Math.ceil(bytes.length / chunkBytes);
  return readWebhook(
    (async function* split() {
      for (let n = 0; n < count; n += 1) yield bytes.subarray(n * chunkBytes, (n + 1) * chunkBytes);
    })(),
  );
}

function readJson(body: unknown): Promise<ParsedWebhook> {
  return readText(JSON.stringify(body));
}

describe('the body of a webhook', () => {
  it('is kept without the request that it echoes', async () => {
    const body = {
      id: 'run-1-u1',
      status: 'COMPLETED',
      delayTime: 4_000,
      executionTime: 60_000,
      output: { status: 'success', loraUrl: 's3://b/k' },
      input: { training_config: { secret: 'the-input' } },
      webhook: 'https://here/webhook?token=the-token',
    };
    expect(await readJson(body)).toEqual({
      runId: 'run-1-u1',
      status: 'COMPLETED',
      delayMs: 4_000,
      executionMs: 60_000,
      output: '{"status":"success","loraUrl":"s3://b/k"}',
    });
  });

  it('is kept without signatures', async () => {
    const loraUrl = 'https://b.s3.amazonaws.com/a.safetensors?X-Amz-Signature=abc';
    const note = await readJson({ id: 'a', output: { loraUrl, more: 1 }, error: `no ${loraUrl} there` });
    expect(note.output).toBe('{"loraUrl":"https://b.s3.amazonaws.com/a.safetensors","more":1}');
    expect(note.error).toBe('no https://b.s3.amazonaws.com/a.safetensors there');
  });

  it('has its output and error cut to 64 KiB', async () => {
    const note = await readJson({ id: 'a', output: 'ü'.repeat(100_000), error: 'é'.repeat(100_000) });
    expect(Buffer.byteLength(note.output!)).toBeLessThanOrEqual(64 * 1024);
    expect(Buffer.byteLength(note.error!)).toBeLessThanOrEqual(64 * 1024);
    expect(note.output).not.toContain('\uFFFD');
  });

  it('is parsed when the container itself calls', async () => {
    expect(await readJson({ status: 'failed', job_id: '1', error: 'no' })).toEqual({
      status: 'failed',
      error: 'no',
    });
  });

  it.each([
    '',
    'null',
    '[]',
    '{',
    '7',
    '"a text"',
    '{"id": "../x"}',
    '{"id": "run-1"} x',
    '{"id": "run-1"',
    'hello',
    '{"id" 1}',
  ])('is recorded without fields when it is malformed (%s)', async (text) => {
    expect(await readText(text)).toEqual({});
  });

  it('is recorded without fields when it is nested too deeply', async () => {
    for (const depth of [300, 5_000_000])
      expect(await readText(`{"id": "run-1", "input": ${'['.repeat(depth)}`)).toEqual({});
    expect(await readText(`{"id": "run-1", "input": ${'['.repeat(150)}${']'.repeat(150)}}`)).toEqual({
      runId: 'run-1',
    });
  });

  it('keeps 64 KiB of a long field, wherever the long field is', async () => {
    const long = 'x\\n'.repeat(60_000);
    for (const field of ['input', 'output', 'error', 'id', 'status', 'webhook', long.slice(0, 1_000_000)]) {
      const body = {
        id: 'run-1',
        status: 'FAILED',
        error: 'no',
        executionTime: 5,
        ...{ [field]: long },
        delayTime: 3,
      };
      const webhook = await readJson(body);
      for (const text of Object.values(webhook))
        expect(Buffer.byteLength(String(text))).toBeLessThanOrEqual(65_536);
      expect(webhook).toMatchObject({
        delayMs: 3,
        executionMs: 5,
        ...(field !== 'id' && { runId: 'run-1' }),
      });
    }
  });

  it('cuts an error text between its characters', async () => {
    for (let length = 65_520; length < 65_540; length += 1) {
      const { error } = await readJson({ error: `${'x'.repeat(length)}\\"\n\\` });
      expect(error).toBe(`${'x'.repeat(length)}\\"\n\\`.slice(0, error!.length));
    }
  });

  it('takes the last value of a repeated field, as JSON parsers do', async () => {
    expect(await readText('{"id": "run-1", "output": [1], "id": "run-2", "output": null}')).toEqual({
      runId: 'run-2',
    });
  });

  it('is read alike in chunks of any size, and as a JSON parser reads it', async () => {
    const any = fc.jsonValue({ maxDepth: 3 });
    const id = fc.oneof(fc.constantFrom('run-1', 'run_2-u1'), any);
    const job = fc.record({
      id,
      status: any,
      output: any,
      error: any,
      delayTime: any,
      input: any,
      webhook: any,
    });
    await fc.assert(
      fc.asyncProperty(fc.oneof(any, job), fc.integer({ min: 1, max: 40 }), async (body, chunkBytes) => {
        const whole = await readJson(body);
        expect(await readText(JSON.stringify(body, null, 1), chunkBytes)).toEqual(whole);
        const { output, id: runId } = (body ?? {}) as { output?: unknown; id?: unknown };
        if (!Array.isArray(body) && output !== undefined && output !== null)
          expect(JSON.parse(whole.output!)).toEqual(JSON.parse(JSON.stringify(output)));
        if (!Array.isArray(body) && runId === 'run-1') expect(whole.runId).toBe('run-1');
      }),
    );
  });

  it('is read without an exception from any bytes', async () => {
    await fc.assert(
      fc.asyncProperty(fc.uint8Array({ maxLength: 200 }), async (bytes) => {
        expect(await readText(bytes, 7)).toBeTypeOf('object');
      }),
    );
  });

  it('throws when the connection breaks', async () => {
    const body = (async function* breakOff() {
      yield Buffer.from('{"id": "run-1"');
      throw new Error('aborted');
    })();
    await expect(readWebhook(body)).rejects.toThrow('aborted');
  });
});
