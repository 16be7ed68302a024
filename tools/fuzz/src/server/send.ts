import { Agent, type IncomingMessage, request } from 'node:http';
import type { FuzzRequest } from '../cases/request.ts';
import { CREDENTIALS, type FuzzServer } from './server.ts';

/** Response of a request; header names are lower-case. */
export interface HttpResponse {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly text: string;
}

const TIMEOUT_MS = 30_000;
/** A stream has sent its first event by then. */
const STREAM_READ_MS = 100;

/** Creates a sender with at most four connections. */
export function createSender(): Sender {
  let calls = 0;
  const agent = new Agent({ keepAlive: true, maxSockets: 4 });
  const send = (url: string, { method, target, headers, body }: FuzzRequest): Promise<HttpResponse> =>
    new Promise((resolve, reject) => {
      const { hostname, port } = new URL(url);
      calls += 1;
      const localAddress = `127.0.0.${1 + (calls % SOURCE_ADDRESSES)}`;
      const sized = body ? { 'content-length': String(body.length) } : {};
      const call = request({
        ...{ hostname, port, localAddress, method, path: target, agent },
        headers: { ...headers, ...sized } as Record<string, string | string[]>,
        timeout: TIMEOUT_MS,
      });
      call.once('timeout', () => call.destroy(new Error(`No response within ${TIMEOUT_MS / 1_000} s`)));
      call.once('error', reject);
      call.once('response', (message) => {
        const toResponse = (text: string): HttpResponse => ({
          status: message.statusCode ?? 0,
          headers: toHeaders(message),
          text,
        });
        readBody(message).then((text) => resolve(toResponse(text)), reject);
      });
      call.end(body);
    });
  return { send, close: () => agent.destroy() };
}

function toHeaders({ rawHeaders }: IncomingMessage): Readonly<Record<string, string>> {
  return Object.fromEntries(
    rawHeaders.flatMap((name, n) => (n % 2 === 0 ? [[name.toLowerCase(), rawHeaders[n + 1] ?? '']] : [])),
  );
}

async function readBody(message: IncomingMessage): Promise<string> {
  const parts: Buffer[] = [];
  const isStream = (message.headers['content-type'] ?? '').startsWith('text/event-stream');
  if (isStream) setTimeout(() => message.destroy(), STREAM_READ_MS);
  try {
    for await (const part of message) {
      parts.push(part as Buffer);
      if (isStream) break;
    }
  } catch (error) {
    if (!isStream) throw error;
  }
  return Buffer.concat(parts).toString();
}

/** Sends requests unchanged; HTTP clients normalize paths. */
export interface Sender {
  /** Throws when no complete response arrives within 30 s. */
  send(url: string, wanted: FuzzRequest): Promise<HttpResponse>;
  close(): void;
}

/** On Linux, calls use 100 source addresses, so that the rate limit per address does not hide other responses. */
const SOURCE_ADDRESSES = process.platform === 'linux' ? 100 : 1;

/** An object of a response. */
export type Json = Readonly<Record<string, unknown>>;

/** Calls the API with the admin key. Throws when the status is not 2xx. */
export type ApiCaller = (method: string, path: string, body?: unknown) => Promise<Json>;

/** Creates a caller of the API. */
export function createApiCaller({ url }: Pick<FuzzServer, 'url'>): ApiCaller {
  return async (method, path, body) => {
    const answer = await fetch(`${url}${path}`, {
      method,
      headers: { ...CREDENTIALS.full, ...(body !== undefined && { 'content-type': 'application/json' }) },
      ...(body !== undefined && { body: JSON.stringify(body) }),
    });
    const text = await answer.text();
    if (!answer.ok) throw new Error(`${method} ${path}: ${answer.status} ${text}`);
    return JSON.parse(text) as Json;
  };
}
