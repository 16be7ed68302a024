import { problemSchema } from '@trainyard/contracts';
import { z } from 'zod';
import { InvalidApiKeyError, RefusedError, UnexpectedResponseError, UnreachableError } from './errors.ts';

/** Address of the server and API key of the caller. */
export interface ConnectionOptions {
  /** URL without a path, for example `http://127.0.0.1:3000`. */
  readonly url: string;
  readonly apiKey?: string;
}

/** Options of a request. */
export interface RequestOptions {
  readonly method?: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';
  readonly query?: Readonly<Record<string, string | number | boolean | undefined>>;
  readonly body?: unknown;
  readonly idempotencyKey?: string;
}

/** Connection to the HTTP API. Each response is validated against its schema. */
export interface Connection {
  readonly url: string;
  /** Sends a request. Throws UnreachableError, RefusedError or UnexpectedResponseError. */
  request<S extends z.ZodType>(path: string, schema: S, options?: RequestOptions): Promise<z.output<S>>;
  /** Opens a stream of server-sent events, which the signal ends. Throws UnreachableError or UnexpectedResponseError. */
  stream(path: string, signal: AbortSignal): Promise<AsyncIterable<Uint8Array>>;
}

/** Longer than the server takes for any response. */
const REQUEST_TIMEOUT_MS = 60_000;

/** Creates a connection to a server. It sends no request before the first call. Throws InvalidApiKeyError. */
export function createConnection(options: ConnectionOptions): Connection {
  if (options.apiKey !== undefined && !/^[\x21-\x7e]+$/.test(options.apiKey)) throw new InvalidApiKeyError();
  return {
    url: options.url,
    stream: (path, signal) => openStream(options, path, signal),
    request: async (path, schema, request = {}) => {
      const response = await sendRequest(options, path, request);
      const json = await parseJsonBody(response, path);
      if (!response.ok) throw toResponseError(response, path, json);
      const parsed = schema.safeParse(json);
      if (parsed.success) return parsed.data;
      throw new UnexpectedResponseError(path, z.prettifyError(parsed.error).replaceAll('\n', ' '));
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
    throw new UnexpectedResponseError(path, `status ${response.status} without a JSON body`);
  }
}

/** In a problem of the legacy API `status` is "failed"; it is replaced by the HTTP status. */
function toResponseError({ status }: Response, path: string, json: unknown): Error {
  const problem = problemSchema.safeParse(typeof json === 'object' ? { ...json, status } : json);
  return problem.success
    ? new RefusedError(problem.data)
    : new UnexpectedResponseError(path, `status ${status} without a problem body`);
}

/** A stream has no timeout: the server sends a heartbeat every 15 s. */
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
  throw new UnexpectedResponseError(path, `status ${response.status} without a stream`);
}
