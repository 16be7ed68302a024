import { describe, expect, it } from 'vitest';
import { redact } from './redaction.ts';

describe('what Bull Board shows', () => {
  it('keeps what tells of a training', () => {
    const result = {
      status: 'completed',
      model: 's3://bucket/models/a.safetensors',
      steps: [1, 2],
      none: null,
    };
    expect(redact(result)).toEqual(result);
  });

  it('hides secrets by name, and whole requests', () => {
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

  it('cuts queries and credentials off addresses, wherever they stand', () => {
    expect(redact('see https://h/p?training=1&token=abc now')).toBe('see https://h/p?[redacted] now');
    expect(redact({ url: 'redis://user:pass@host:6379/0' })).toEqual({
      url: 'redis://[redacted]@host:6379/0',
    });
  });

  it('ends somewhere', () => {
    const deep = JSON.parse(`${'{"a":'.repeat(50)}1${'}'.repeat(50)}`);
    expect(JSON.stringify(redact(deep)).length).toBeLessThan(100);
  });
});
