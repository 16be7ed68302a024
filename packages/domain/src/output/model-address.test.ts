import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { findPathKeyFault } from '../dataset/s3-address.ts';
import { MAX_ADDRESS_BYTES, parseModelAddress } from './model-address.ts';

const customEndpoints = ['http://minio:9000'];

describe('the address of a model', () => {
  it.each([
    ['s3://bucket/loras/a.safetensors', 's3://bucket/loras/a.safetensors'],
    [
      'https://bucket.s3.amazonaws.com/loras/a%20b.safetensors?X-Amz-Signature=1',
      's3://bucket/loras/a b.safetensors',
    ],
    [
      'https://s3-accelerate.amazonaws.com/bucket/path/model.safetensors',
      's3://bucket/path/model.safetensors',
    ],
    ['http://minio:9000/bucket/a.safetensors', 's3://bucket/a.safetensors'],
  ])('%s names the object %s', (address, uri) => {
    expect(parseModelAddress(address, { customEndpoints })).toMatchObject({ kind: 'object', uri });
  });

  it.each([
    ['models/a.safetensors', { kind: 'key', key: 'models/a.safetensors' }],
    ['/models/a.safetensors', { kind: 'key', key: 'models/a.safetensors' }],
    ['https://cdn.example/a.safetensors?token=1', { kind: 'url', url: 'https://cdn.example/a.safetensors' }],
  ])('%s is parsed without a bucket', (address, expected) => {
    expect(parseModelAddress(address)).toEqual(expected);
  });

  it.each([
    '',
    '/output//a.safetensors',
    '../x',
    'models/../data/settings.json',
    './a.safetensors',
    'models/',
    's3://bucket/models/',
    's3://bucket',
    's3://bucket//a.safetensors',
    'https://bucket.s3.amazonaws.com/a//b.safetensors',
    'https://bucket.s3.amazonaws.com/%zz.safetensors',
    'https://cdn.example/',
    'https://user:secret@cdn.example/a.safetensors',
    'http://cdn.example/a.safetensors',
    'models/a\u0000.safetensors',
    'models/a\u001b[31m.safetensors',
    'models/a\u0085.safetensors',
    'models/\ud800.safetensors',
    `${'k'.repeat(1_025)}`,
    `s3://bucket/${'ü'.repeat(513)}`,
    `https://cdn.example/${'k'.repeat(MAX_ADDRESS_BYTES)}`,
    'javascript:alert(1)',
    'file:///etc/passwd',
    'data:text/html,x',
    'C:\\loras\\a.safetensors',
  ])('%j is refused', (address) => {
    expect(parseModelAddress(address, { customEndpoints })).toMatchObject({ kind: 'invalid' });
  });

  const part = fc.oneof(
    fc.string({ unit: 'binary' }),
    fc.constantFrom(
      's3://',
      'https://',
      'bucket',
      '/',
      '..',
      '.s3.amazonaws.com',
      '%2F',
      '?',
      '\ud800',
      '\u0000',
    ),
  );

  it('is a valid key, an https URL or refused, for every string', () => {
    fc.assert(
      fc.property(
        fc.array(part).map((parts) => parts.join('')),
        (text) => {
          const address = parseModelAddress(text, { customEndpoints });
          if (address.kind === 'invalid') expect(address.fault.length).toBeLessThan(200);
          else if (address.kind === 'url') expect(address.url).toMatch(/^https:\/\/[^\s?#]+[^/]$/i);
          else expect(findPathKeyFault(address.key)).toBeUndefined();
        },
      ),
      { numRuns: 1_000 },
    );
  });
});
