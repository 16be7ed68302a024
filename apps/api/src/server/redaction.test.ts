import { describe, expect, it } from 'vitest';
import { redact } from './redaction.ts';

describe('the redaction of Bull Board', () => {
  it('keeps status, model and numbers of a job', () => {
    const result = {
      status: 'completed',
      model: 's3://bucket/models/a.safetensors',
      steps: [1, 2],
      none: null,
    };
    expect(redact(result)).toEqual(result);
  });

  it('redacts secrets by name, and whole requests', () => {
    const shown = redact({
      apiKey: 'k',
      lockToken: 't',
      nested: { AUTHORIZATION: 'b' },
      input: { a: 1 },
      webhook: 'w',
    });
    expect(shown).toEqual({
      apiKey: '[redacted]',
      lockToken: '[redacted]',
      nested: { AUTHORIZATION: '[redacted]' },
      input: '[redacted]',
      webhook: '[redacted]',
    });
  });

  it('redacts queries and credentials of URLs within any text', () => {
    expect(redact('see https://h/p?training=1&token=abc now')).toBe('see https://h/p?[redacted] now');
    expect(redact({ url: 'redis://user:pass@host:6379/0' })).toEqual({
      url: 'redis://[redacted]@host:6379/0',
    });
  });

  it('ends at a depth of 6 levels', () => {
    const deep = JSON.parse(`${'{"a":'.repeat(50)}1${'}'.repeat(50)}`);
    expect(JSON.stringify(redact(deep)).length).toBeLessThan(100);
  });
});
