import { type ClientRequest, type IncomingMessage, request as overHttp } from 'node:http';
import { request as overHttps } from 'node:https';
import type { LookupFunction } from 'node:net';
import type { SendOutcome } from '@trainyard/application';
import ipaddr from 'ipaddr.js';
import { RequestFilteringHttpAgent, RequestFilteringHttpsAgent } from 'request-filtering-agent';

/** Options of outgoing HTTP requests. */
export interface PostOptions {
  /** Whether addresses of this machine and of private networks are allowed. */
  readonly allowPrivate: boolean;
  /** Timeout of a whole request. Real ms. */
  readonly timeoutMs: number;
  /** Resolver for host names, by default that of the system. Its results are checked too. */
  readonly lookup?: LookupFunction;
}

interface PostBody {
  readonly headers: Readonly<Record<string, string>>;
  readonly text: string;
}

/** Posts JSON to an untrusted address. */
export type Post = (url: string, body: PostBody) => Promise<SendOutcome>;

const HTTP_GONE = 410;

/**
 * Creates a POST that rejects private addresses unless they are allowed. Every resolved address is checked
 * when the connection is made, so that DNS rebinding has no effect (docs/adr). Redirects are not followed.
 * Never throws: errors become outcomes.
 */
export function createPost({ allowPrivate, timeoutMs, lookup }: PostOptions): Post {
  const filter = { allowPrivateIPAddress: allowPrivate, allowMetaIPAddress: allowPrivate, keepAlive: false };
  const http = new RequestFilteringHttpAgent(filter);
  const https = new RequestFilteringHttpsAgent(filter);
  return async (url, { headers, text }) => {
    const isSecure = url.startsWith('https:');
    const options = {
      method: 'POST',
      agent: isSecure ? https : http,
      headers: {
        'content-type': 'application/json',
        'user-agent': 'Trainyard',
        'content-length': Buffer.byteLength(text),
        ...headers,
      },
      signal: AbortSignal.timeout(timeoutMs),
      ...(lookup && { lookup }),
    };
    try {
      return await sendRequest((isSecure ? overHttps : overHttp)(url, options), text);
    } catch (error) {
      return toErrorOutcome(error);
    }
  };
}

function toOutcome({ statusCode: status = 0, headers }: IncomingMessage): SendOutcome {
  if (status >= 200 && status < 300) return { kind: 'delivered', status };
  if (status === HTTP_GONE) return { kind: 'refused', status, reason: 'the destination is gone (HTTP 410)' };
  if (status >= 300 && status < 400) return { kind: 'failed', status, reason: 'redirects are not followed' };
  const waitMs = parseRetryAfterMs(headers['retry-after'], Date.now());
  return {
    kind: 'failed',
    status,
    reason: `HTTP ${status}`,
    ...(waitMs !== undefined && { retryAfterMs: waitMs }),
  };
}

/** Error message of request-filtering-agent for a rejected address. */
const BLOCKED_ADDRESS = /^DNS lookup .* is not allowed/;

function toErrorOutcome(error: unknown): SendOutcome {
  if (!(error instanceof Error)) return { kind: 'failed', reason: 'the request failed' };
  if (BLOCKED_ADDRESS.test(error.message))
    return { kind: 'refused', reason: 'the address is private or reserved (NOTIFY_ALLOW_PRIVATE)' };
  if (error.name === 'AbortError' || error.name === 'TimeoutError')
    return { kind: 'failed', reason: 'the request timed out' };
  return { kind: 'failed', reason: 'code' in error ? String(error.code) : error.name };
}

function sendRequest(request: ClientRequest, text: string): Promise<SendOutcome> {
  return new Promise((resolve) => {
    request.on('error', (error) => resolve(toErrorOutcome(error)));
    request.on('response', (response) => {
      // The response body is discarded.
      response.on('error', () => undefined);
      response.resume();
      resolve(toOutcome(response));
    });
    request.end(text);
  });
}

/**
 * Whether the host of a URL is literally this machine, a private or a reserved address. A host name is
 * checked when it is resolved for a request. @param url an http or https URL
 */
export function hasPrivateHost(url: string): boolean {
  // URL normalizes every notation of an IPv4 address (127.1, 0x7f.1, 2130706433) to four numbers.
  const host = new URL(url).hostname.replace(/^\[|\]$|\.$/g, '').toLowerCase();
  if (isLocalhost(host)) return true;
  return ipaddr.isValid(host) && ipaddr.parse(host).range() !== 'unicast';
}

function isLocalhost(host: string): boolean {
  return host === 'localhost' || host.endsWith('.localhost');
}

/**
 * Parses `Retry-After`: seconds, or a date. @param now epoch ms, real time @returns ms; undefined for a
 * missing or invalid header
 */
function parseRetryAfterMs(header: string | undefined, now: number): number | undefined {
  if (header === undefined) return undefined;
  if (/^\d{1,9}$/.test(header.trim())) return Number(header) * 1_000;
  const at = Date.parse(header);
  return Number.isNaN(at) ? undefined : Math.max(0, at - now);
}
