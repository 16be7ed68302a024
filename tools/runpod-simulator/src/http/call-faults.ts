import { once } from 'node:events';
import type { FastifyReply, FastifyRequest } from 'fastify';
import type { Clock } from '../simulation/clock.ts';
import type { FaultByKind } from '../simulation/faults.ts';

/** A fault of an HTTP call, as opposed to a fault of a job. */
export type CallFault = FaultByKind<'slow' | 'answer' | 'drop' | 'hang'>;

/** Kinds of {@link CallFault}. */
export const CALL_FAULTS = ['slow', 'answer', 'drop', 'hang'] as const;

/** Applies a fault before the call is executed. Returns true when the fault already ended the call. */
export async function injectBeforeCall(
  fault: CallFault,
  request: FastifyRequest,
  reply: FastifyReply,
  clock: Clock,
): Promise<boolean> {
  switch (fault.kind) {
    case 'slow':
      await clock.sleep(fault.delay_ms);
      return false;
    case 'answer':
      reply.code(fault.http_status).headers(toHeaders(fault)).send(toBody(fault));
      return true;
    case 'drop':
      reply.hijack();
      request.raw.socket.resetAndDestroy();
      return true;
    case 'hang':
      reply.hijack();
      return true;
  }
}

/** Applies a fault after the call was executed. Returns the payload that is sent in place of the original. */
export async function injectAfterCall(
  fault: CallFault,
  request: FastifyRequest,
  reply: FastifyReply,
  call: CompletedCall,
): Promise<unknown> {
  switch (fault.kind) {
    case 'slow':
      await call.clock.sleep(fault.delay_ms);
      return call.payload;
    case 'answer':
      reply.code(fault.http_status).removeHeader('content-length').headers(toHeaders(fault));
      return toBody(fault);
    case 'drop':
      request.raw.socket.resetAndDestroy();
      return call.payload;
    case 'hang':
      if (!request.raw.socket.destroyed) await once(request.raw.socket, 'close');
      return call.payload;
  }
}

interface CompletedCall {
  readonly payload: unknown;
  readonly clock: Clock;
}

function toHeaders({ body, headers }: FaultByKind<'answer'>): Record<string, string> {
  return { 'content-type': typeof body === 'string' ? 'text/html' : 'application/json', ...headers };
}

function toBody({ body = {} }: FaultByKind<'answer'>): string {
  return typeof body === 'string' ? body : JSON.stringify(body);
}
