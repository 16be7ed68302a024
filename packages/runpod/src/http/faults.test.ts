import { describe, expect, it } from 'vitest';
import { provesNothingSent } from './faults.ts';

function fault(cause: object): Error {
  return new TypeError('fetch failed', { cause });
}

describe('a network fault', () => {
  it.each([
    [{ code: 'ECONNREFUSED', syscall: 'connect' }],
    [{ code: 'ENOTFOUND', syscall: 'getaddrinfo' }],
    [{ code: 'UND_ERR_CONNECT_TIMEOUT' }],
    [{ code: 'EHOSTUNREACH', syscall: 'connect' }],
    [{ code: 'CERT_HAS_EXPIRED' }],
    [
      {
        code: 'ECONNREFUSED',
        errors: [{ code: 'ECONNREFUSED' }, { code: 'ENETUNREACH', syscall: 'connect' }],
      },
    ],
  ])('%j proves that the request was not sent', (cause) => {
    expect(provesNothingSent(fault(cause))).toBe(true);
  });

  it.each([
    [{ code: 'ECONNRESET', syscall: 'read' }],
    [{ code: 'ETIMEDOUT', syscall: 'read' }],
    [{ code: 'EHOSTUNREACH', syscall: 'write' }],
    [{ code: 'UND_ERR_SOCKET' }],
    [{ code: 'UND_ERR_HEADERS_TIMEOUT' }],
    [{ errors: [{ code: 'ECONNREFUSED' }, { code: 'ECONNRESET', syscall: 'read' }] }],
    [{}],
  ])('%j proves neither', (cause) => {
    expect(provesNothingSent(fault(cause))).toBe(false);
  });

  it('without a cause is no proof', () => {
    expect(provesNothingSent(new Error('no'))).toBe(false);
    expect(provesNothingSent(undefined)).toBe(false);
  });
});
