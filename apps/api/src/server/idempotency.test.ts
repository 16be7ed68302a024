import { describe, expect, it } from 'vitest';
import { fingerprint, toIdempotencyClaim } from './idempotency.ts';

function request(body: unknown, headers = {}) {
  return {
    method: 'POST',
    url: '/api/trainings?x=1',
    headers,
    body,
  };
}

describe('the fingerprint of a request', () => {
  it('ignores the order of the fields', () => {
    expect(fingerprint({ a: 1, b: { c: [1, 2], d: null } })).toBe(
      fingerprint({ b: { d: null, c: [1, 2] }, a: 1 }),
    );
  });

  it('differs for different bodies', () => {
    const all = [
      { a: 1 },
      { a: '1' },
      { a: 1, b: undefined, c: null },
      [1, 2],
      [2, 1],
      { a: { b: 1 } },
      'a',
      null,
    ];
    expect(new Set(all.map(fingerprint)).size).toBe(all.length);
  });
});

describe('the idempotency claim of a request', () => {
  it('consists of its Idempotency-Key, route and body', () => {
    const { claim } = toIdempotencyClaim(request({ a: 1 }, { 'idempotency-key': 'k' }), 'r');
    expect(claim?.key).toBe('key:k');
    const elsewhere = toIdempotencyClaim({
      ...request({ a: 1 }, { 'idempotency-key': 'k' }),
      url: '/api/other',
    });
    expect(elsewhere.claim?.fingerprint).not.toBe(claim?.fingerprint);
  });

  it('uses the request id without an Idempotency-Key, in a namespace of its own', () => {
    expect(toIdempotencyClaim(request({}), 'r').claim?.key).toBe('request_id:r');
    expect(toIdempotencyClaim(request({}, { 'idempotency-key': 'r' })).claim?.key).toBe('key:r');
  });

  it('is absent without Idempotency-Key and request id', () => {
    expect(toIdempotencyClaim(request({}))).toEqual({});
  });
});
