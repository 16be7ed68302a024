import { describe, expect, it } from 'vitest';
import { ObjectInfoError } from '../errors.ts';
import { MAX_OBJECT_INFO_BYTES, parseObjectInfo } from './declared.ts';

const encode = (text: string) => new TextEncoder().encode(text);
const wrap = (depth: number) => `{"A":{"input":{"required":{"x":${'['.repeat(depth)}${']'.repeat(depth)}}}}}`;

describe('the document of OBJECT_INFO', () => {
  it('declares inputs, outputs and output nodes', () => {
    const text = JSON.stringify({
      KSampler: {
        input: {
          required: {
            model: ['MODEL'],
            steps: ['INT', { min: 1, max: 10 }],
            seed: ['INT', { min: 0, max: 2 ** 64 }],
            mode: [['a', 2, true]],
            style: ['COMBO', { options: ['x'] }],
          },
          optional: { note: ['STRING', {}] },
          hidden: { prompt: 'PROMPT' },
        },
        output: ['LATENT', ['a', 'b']],
        output_node: true,
      },
      broken: 4,
    });
    expect(parseObjectInfo(encode(text))).toEqual({
      KSampler: {
        inputs: {
          model: { required: true, type: 'MODEL' },
          steps: { required: true, type: 'INT', min: 1, max: 10 },
          seed: { required: true, type: 'INT', min: 0, max: Number.MAX_SAFE_INTEGER },
          mode: { required: true, type: 'CHOICE', choices: ['a', 2, true] },
          style: { required: true, type: 'CHOICE', choices: ['x'] },
          note: { required: false, type: 'STRING' },
        },
        outputs: ['LATENT', 'CHOICE'],
        isOutput: true,
      },
    });
  });

  it('may be nested 32 levels deep, brackets in texts not counted', () => {
    expect(parseObjectInfo(encode(wrap(28)))).toHaveProperty('A');
    const text = JSON.stringify({ A: { input: {}, description: '["'.repeat(100) } });
    expect(parseObjectInfo(encode(text))).toHaveProperty('A');
  });

  it.each([
    ['no JSON', '{', /not JSON/],
    ['33 levels', wrap(29), /nested deeper than 32 levels/],
    ['a million levels', '['.repeat(1_000_000), /nested deeper than 32 levels/],
    ['a list', '[]', /no node class/],
    ['an error page', '{"error":"x"}', /no node class/],
    ['17 MiB', ' '.repeat(MAX_OBJECT_INFO_BYTES + 1), /at most 16 MiB/],
  ])('is refused with %s', (_, text, reason) => {
    expect(() => parseObjectInfo(encode(text))).toThrow(ObjectInfoError);
    expect(() => parseObjectInfo(encode(text))).toThrow(reason);
  });

  it('is refused when it is not UTF-8', () => {
    expect(() => parseObjectInfo(new Uint8Array([0xff, 0xfe]))).toThrow(/not valid UTF-8/);
  });
});
