import type { SubmitResult } from '@trainyard/application';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createRedactor } from '../http/faults.ts';
import { readSubmission } from './submission.ts';

function submitted(httpStatus: number, json?: unknown, retryAfterMs?: number): SubmitResult {
  const wait = retryAfterMs === undefined ? {} : { retryAfterMs };
  return readSubmission(
    { kind: 'answer', answer: { httpStatus, json, ...wait } },
    createRedactor(['the-key']),
  );
}

describe('a submission', () => {
  it.each(['a1b2', 'f47ac10b-58cc-4372-a567-0e02b2c3d479-u1', 'sync-f47ac10b-u1', 'x_e2'])(
    'is accepted under the id %s',
    (id) => {
      expect(submitted(200, { id, status: 'IN_QUEUE' })).toEqual({ kind: 'accepted', runId: id });
      expect(submitted(200, { id })).toEqual({ kind: 'accepted', runId: id });
    },
  );

  it.each([
    ['a status without an id', 200, { status: 'IN_QUEUE' }],
    ['an id that RunPod cannot have given', 200, { id: '../../x', status: 'IN_QUEUE' }],
    ['an id that is a number', 200, { id: 12, error: 'x' }],
    ['an empty object', 200, {}],
    ['a list', 200, [{ id: 'a' }]],
    ['a page of HTML', 200, undefined],
    ['an empty body', 204, undefined],
    ['a redirect', 302, undefined],
    ['a request timeout', 408, { error: 'timeout' }],
    ['a server error', 500, { error: 'oops' }],
    ['a gateway’s page', 502, undefined],
    ['an unknown gateway code', 524, undefined],
  ])('is unclear after %s', (_, httpStatus, json) => {
    expect(submitted(httpStatus, json).kind).toBe('unclear');
  });

  it.each([
    [400, 'request'],
    [401, 'account'],
    [402, 'account'],
    [403, 'account'],
    [404, 'endpoint'],
    [413, 'request'],
    [422, 'request'],
  ] as const)('is refused by status %i as a fault of the %s', (httpStatus, scope) => {
    expect(submitted(httpStatus, { error: 'no' })).toMatchObject({ kind: 'refused', scope, httpStatus });
  });

  it('is refused by an error that has neither id nor status', () => {
    expect(submitted(200, { error: 'input must be an object' })).toEqual({
      kind: 'refused',
      scope: 'request',
      httpStatus: 200,
      message: 'input must be an object',
    });
  });

  it('is not sent when RunPod limits the rate, with the delay of the response', () => {
    expect(submitted(429, { error: 'slow down' }, 7_000)).toMatchObject({
      kind: 'not_sent',
      reason: 'rate_limited',
      retryAfterMs: 7_000,
    });
  });

  it('is unsent or refused only without an id and a status in the response', () => {
    fc.assert(
      fc.property(fc.jsonValue(), fc.integer({ min: 100, max: 599 }), (json, httpStatus) => {
        const answer = submitted(httpStatus, json);
        if (httpStatus >= 500 || httpStatus === 408) expect(answer.kind).toBe('unclear');
        if (answer.kind === 'accepted') expect(httpStatus).toBeLessThan(300);
      }),
    );
  });

  it('does not quote the key of a response', () => {
    expect(JSON.stringify(submitted(400, { error: 'bad Bearer the-key' }))).not.toContain('the-key');
  });
});
