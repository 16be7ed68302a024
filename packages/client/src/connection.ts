import { problemSchema } from '@trainyard/contracts';
import { z } from 'zod';
import { RefusedError, UnexpectedResponseError, UnreachableError } from './errors.ts';

/** Where a server is, and the key it knows us by. */
export interface ConnectionOptions {
  /** Without a path, e.g. `http://127.0.0.1:3000`. */
  readonly url: string;
  readonly apiKey?: string;
}

/** A question to the server. */
export interface RequestOptions {
  readonly method?: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';
  readonly query?: Readonly<Record<string, string | number | boolean | undefined>>;
  readonly body?: unknown;
  readonly idempotencyKey?: string;
}

/** The HTTP API, each answer checked against its contract. */
export interface Connection {
  readonly url: string;
  /** Throws UnreachableError, RefusedError or StrangeAnswerError. */
  request<S extends z.ZodType>(path: string, schema: S, options?: RequestOptions): Promise<z.output<S>>;
  /** Server-sent events as they come, until the signal fires. Throws UnreachableError, StrangeAnswerError. */
  stream(path: string, signal: AbortSignal): Promise<AsyncIterable<Uint8Array>>;
}

/** Above what the server takes for any answer. */
const REQUEST_TIMEOUT_MS = 60_000;

/** A connection to the server at an address; nothing is sent before the first question. */
export function createConnection(options: ConnectionOptions): Connection {
  return {
    url: options.url,
    stream: (path, signal) => openStream(options, path, signal),
    request: async (path, schema, request = {}) => {
      const response = await sendRequest(options, path, request);
      const json = await parseJsonBody(response, path);
      if (!response.ok) throw toResponseError(response, path, json);
      const read = schema.safeParse(json);
      if (read.success) return read.data;
      throw new UnexpectedResponseError(path, z.prettifyError(read.error).replaceAll('\n', ' '));
    },
  };
}

function toUrl(base: string, path: string, query: RequestOptions['query'] = {}): URL {
  const url = new URL(`${base}${path}`);
  for (const [name, value] of Object.entries(query))
    if (value !== undefined) url.searchParams.set(name, String(value));
  return url;
}

function toHeaders({ apiKey }: ConnectionOptions, request: RequestOptions): Record<string, string> {
  return {
    accept: 'application/json',
    ...(apiKey !== undefined && { authorization: `Bearer ${apiKey}` }),
    ...(request.body !== undefined && { 'content-type': 'application/json' }),
    ...(request.idempotencyKey !== undefined && { 'idempotency-key': request.idempotencyKey }),
  };
}

async function sendRequest(
  options: ConnectionOptions,
  path: string,
  request: RequestOptions,
): Promise<Response> {
  try {
    return await fetch(toUrl(options.url, path, request.query), {
      method: request.method ?? 'GET',
      headers: toHeaders(options, request),
      ...(request.body !== undefined && { body: JSON.stringify(request.body) }),
      signal: AbortSignal.timeout(REQUEST_TIMEOUT_MS),
    });
  } catch (error) {
    throw new UnreachableError(options.url, error);
  }
}

async function parseJsonBody(response: Response, path: string): Promise<unknown> {
  try {
    return await response.json();
  } catch {
    throw new UnexpectedResponseError(path, `${response.status} without JSON`);
  }
}

/** The seeds' routes say `status: "failed"` where a problem has the number of the answer. */
function toResponseError({ status }: Response, path: string, json: unknown): Error {
  const problem = problemSchema.safeParse(typeof json === 'object' ? { ...json, status } : json);
  return problem.success
    ? new RefusedError(problem.data)
    : new UnexpectedResponseError(path, `${status} without a problem`);
}

/** For as long as it is listened to: a heartbeat comes sooner than any patience ends. */
async function openStream(
  options: ConnectionOptions,
  path: string,
  signal: AbortSignal,
): Promise<AsyncIterable<Uint8Array>> {
  const headers = { ...toHeaders(options, {}), accept: 'text/event-stream' };
  const response = await fetch(toUrl(options.url, path), { headers, signal }).catch((error: unknown) => {
    throw new UnreachableError(options.url, error);
  });
  if (response.ok && response.body) return response.body;
  await response.body?.cancel();
  throw new UnexpectedResponseError(path, `${response.status} without a stream`);
}
