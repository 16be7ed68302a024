import { randomUUID } from 'node:crypto';
import { STATUS_CODES } from 'node:http';
import type { Socket } from 'node:net';
import type { Fault } from './fault.ts';
import { toProblem } from './reply.ts';
import { getProblemDefinition } from './table.ts';

/** Node's words for what is wrong with bytes that should be a request. */
const FAULTS: Readonly<Record<string, Fault>> = {
  HPE_HEADER_OVERFLOW: { code: 'headers_too_large', detail: 'The address and the headers are too long' },
  ERR_HTTP_REQUEST_TIMEOUT: { code: 'request_timeout', detail: 'The request did not arrive in time' },
};
const NO_HTTP: Fault = { code: 'malformed_request', detail: 'This is no HTTP request' };

/** Answers what Node could not read as a request, and hangs up: what follows on that connection means nothing. */
export function handleClientError(error: Error & { readonly code?: string }, socket: Socket): void {
  if (error.code === 'ECONNRESET' || socket.destroyed) return;
  const fault = FAULTS[error.code ?? ''] ?? NO_HTTP;
  if (!socket.writable) socket.destroy(error);
  else socket.end(toRawResponse(fault), () => socket.destroySoon());
}

function toRawResponse(fault: Fault): string {
  const { status } = getProblemDefinition(fault.code);
  const body = JSON.stringify(toProblem(fault, randomUUID()));
  return [
    `HTTP/1.1 ${status} ${STATUS_CODES[status] ?? ''}`,
    'content-type: application/problem+json',
    `content-length: ${Buffer.byteLength(body)}`,
    'connection: close',
    '',
    body,
  ].join('\r\n');
}
