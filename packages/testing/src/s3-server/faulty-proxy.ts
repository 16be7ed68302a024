import { createServer, type IncomingMessage, request, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

/** A request as a fault sees it: the method of a PUT contains the header of its condition. */
export type ProxyOperation = 'GET' | 'HEAD' | 'PUT' | 'PUT If-None-Match' | 'PUT If-Match' | 'DELETE';

/** What the proxy does to a request, or to the response of a missing object. */
export type ProxyFault =
  | { readonly kind: 'answer'; readonly status: number; readonly code: string; readonly region?: string }
  | { readonly kind: 'ignore_condition' }
  | { readonly kind: 'forbid_missing' }
  | { readonly kind: 'silence' };

/** A proxy before an S3 server that changes its answers. */
export interface FaultyProxy {
  readonly endpoint: string;
  /** Applies a fault to these operations; to none without an argument. */
  setFault(fault?: ProxyFault, operations?: readonly ProxyOperation[]): void;
  close(): Promise<void>;
}

/** Starts a proxy without faults on a free loopback port. @param target endpoint of the S3 server */
export async function startFaultyProxy(target: string): Promise<FaultyProxy> {
  let active: { readonly fault: ProxyFault; readonly operations: readonly ProxyOperation[] } | undefined;
  const server = createServer((incoming, response) => {
    const fault = active?.operations.includes(toOperation(incoming)) ? active.fault : undefined;
    if (fault?.kind === 'silence') return;
    if (fault?.kind === 'answer') incoming.resume().on('end', () => answer(response, fault));
    else forward(target, incoming, response, fault);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  return {
    endpoint: `http://127.0.0.1:${port}`,
    setFault: (fault, operations = []) => {
      active = fault && { fault, operations };
    },
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

function toOperation({ method, headers }: IncomingMessage): ProxyOperation {
  if (method !== 'PUT') return method as ProxyOperation;
  if (headers['if-none-match'] !== undefined) return 'PUT If-None-Match';
  return headers['if-match'] === undefined ? 'PUT' : 'PUT If-Match';
}

function answer(response: ServerResponse, fault: Extract<ProxyFault, { kind: 'answer' }>): void {
  const { status, code, region } = fault;
  response.writeHead(status, {
    'content-type': 'application/xml',
    ...(region !== undefined && { 'x-amz-bucket-region': region }),
  });
  response.end(
    `<?xml version="1.0"?><Error><Code>${code}</Code><Message>words of the store</Message></Error>`,
  );
}

function forward(
  target: string,
  incoming: IncomingMessage,
  response: ServerResponse,
  fault: ProxyFault | undefined,
): void {
  const { 'if-match': _, 'if-none-match': __, ...unconditional } = incoming.headers;
  const headers = fault?.kind === 'ignore_condition' ? unconditional : incoming.headers;
  const url = new URL(incoming.url ?? '/', target);
  const outgoing = request(url, { method: incoming.method, headers }, (received) => {
    if (fault?.kind === 'forbid_missing' && received.statusCode === 404) {
      received.resume();
      answer(response, { kind: 'answer', status: 403, code: 'AccessDenied' });
      return;
    }
    response.writeHead(received.statusCode ?? 502, received.headers);
    received.pipe(response);
  });
  outgoing.on('error', () => response.destroy());
  incoming.pipe(outgoing);
}
