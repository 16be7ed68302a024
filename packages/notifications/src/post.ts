import { type ClientRequest, type IncomingMessage, request as overHttp } from 'node:http';
import { request as overHttps } from 'node:https';
import type { LookupFunction } from 'node:net';
import type { SendOutcome } from '@trainyard/application';
import ipaddr from 'ipaddr.js';
import { RequestFilteringHttpAgent, RequestFilteringHttpsAgent } from 'request-filtering-agent';

export interface PostOptions {
  /** Whether addresses of this machine and of private networks may be called. */
  readonly allowPrivate: boolean;
  /** How long one call may take as a whole, real ms. */
  readonly timeoutMs: number;
  /** Resolves host names; the system's own unless told. Its answers are judged like any other. */
  readonly lookup?: LookupFunction;
}

interface PostBody {
  readonly headers: Readonly<Record<string, string>>;
  readonly text: string;
}

/** Posts JSON to an address that somebody else chose. */
export type Post = (url: string, body: PostBody) => Promise<SendOutcome>;

const HTTP_GONE = 410;

/**
 * A POST that calls no private address unless that is allowed: each address that the name resolves to is judged when
 * the connection is made, so that no name can resolve otherwise in between (ADR 9). Redirects are not followed. Never
 * throws.
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
  if (status === HTTP_GONE)
    return { kind: 'refused', status, reason: 'the destination says that it is gone' };
  if (status >= 300 && status < 400)
    return { kind: 'failed', status, reason: 'it redirects, which is not followed' };
  const waitMs = parseRetryAfterMs(headers['retry-after'], Date.now());
  return {
    kind: 'failed',
    status,
    reason: `it answered ${status}`,
    ...(waitMs !== undefined && { retryAfterMs: waitMs }),
  };
}

/** How request-filtering-agent says no. */
const BLOCKED_ADDRESS = /^DNS lookup .* is not allowed/;

function toErrorOutcome(error: unknown): SendOutcome {
  if (!(error instanceof Error)) return { kind: 'failed', reason: 'the call failed' };
  if (BLOCKED_ADDRESS.test(error.message))
    return { kind: 'refused', reason: 'its address is private or reserved (NOTIFY_ALLOW_PRIVATE)' };
  if (error.name === 'AbortError' || error.name === 'TimeoutError')
    return { kind: 'failed', reason: 'it did not answer in time' };
  return { kind: 'failed', reason: 'code' in error ? String(error.code) : error.name };
}

function sendRequest(request: ClientRequest, text: string): Promise<SendOutcome> {
  return new Promise((resolve) => {
    request.on('error', (error) => resolve(toErrorOutcome(error)));
    request.on('response', (response) => {
      // What it says beside its status is of no interest.
      response.on('error', () => undefined);
      response.resume();
      resolve(toOutcome(response));
    });
    request.end(text);
  });
}

/**
 * Whether a URL says by itself that it leads to this machine, to a private or to a reserved network. A name is judged
 * by what it resolves to, and that when it is called. @param url an http or https URL
 */
export function hasPrivateHost(url: string): boolean {
  // A URL has written every form of an IPv4 address (127.1, 0x7f.1, 2130706433) as four numbers by now.
  const host = new URL(url).hostname.replace(/^\[|\]$|\.$/g, '').toLowerCase();
  if (isLocalhost(host)) return true;
  return ipaddr.isValid(host) && ipaddr.parse(host).range() !== 'unicast';
}

function isLocalhost(host: string): boolean {
  return host === 'localhost' || host.endsWith('.localhost');
}

/** Reads `Retry-After`: seconds, or a date. @param now epoch ms, real @returns ms; undefined when it says nothing */
export function parseRetryAfterMs(header: string | undefined, now: number): number | undefined {
  if (header === undefined) return undefined;
  if (/^\d{1,9}$/.test(header.trim())) return Number(header) * 1_000;
  const at = Date.parse(header);
  return Number.isNaN(at) ? undefined : Math.max(0, at - now);
}
