import { fetch, type Response } from 'undici';
import { getFaultName } from './faults.ts';
import { createSingleSend } from './single-send.ts';

/** A request to RunPod. */
export interface Call {
  readonly method: 'GET' | 'POST';
  readonly url: string;
  readonly body?: string;
  /** Called on the open connection, just before the first byte; false cancels the request unsent. */
  readonly canSend?: () => boolean;
}

/** The result of a call: a response, or the stage at which the connection failed. */
export type Exchange =
  | { readonly kind: 'answer'; readonly answer: Answer }
  /** No request with these settings can be sent: the API key or the endpoint id is invalid, or clients block the port. */
  | { readonly kind: 'unsendable'; readonly scope: 'account' | 'endpoint'; readonly message: string }
  /** The request was provably not sent. */
  | { readonly kind: 'unreachable'; readonly message: string }
  /** The request may have been sent, and no complete response arrived. */
  | { readonly kind: 'broken'; readonly message: string };

/** A response. `json` is absent when the body is not JSON, e.g. HTML of RunPod's gateway. */
export interface Answer {
  readonly httpStatus: number;
  readonly json?: unknown;
  readonly retryAfterMs?: number;
}

/** Options of all calls of a client. */
export interface ExchangeOptions {
  readonly apiKey: string;
  readonly timeoutMs: number;
}

/**
 * Sends a request once and returns its result; does not throw and does not repeat. Every call has its own connection,
 * because a submission on a kept connection that the peer has just closed would end unclear. Redirects are not followed,
 * so that neither the key nor a second submission reaches a different host.
 */
export async function exchange(options: ExchangeOptions, call: Call): Promise<Exchange> {
  const singleSend = createSingleSend(call.canSend ?? (() => true));
  try {
    const response = await fetch(call.url, {
      method: call.method,
      headers: {
        authorization: `Bearer ${options.apiKey}`,
        accept: 'application/json',
        connection: 'close',
        ...(call.body === undefined ? {} : { 'content-type': 'application/json' }),
      },
      ...(call.body === undefined ? {} : { body: call.body }),
      redirect: 'manual',
      signal: AbortSignal.timeout(options.timeoutMs),
      dispatcher: singleSend.dispatcher,
    });
    return { kind: 'answer', answer: toAnswer(response, await response.text()) };
  } catch (fault) {
    const unsent = singleSend.revoke();
    if (!singleSend.wasAccepted()) return toUnsendable(options);
    const timedOut = fault instanceof Error && fault.name === 'TimeoutError';
    const name = timedOut ? `no response within ${options.timeoutMs} ms` : getFaultName(fault);
    return unsent
      ? { kind: 'unreachable', message: toUnsentMessage(name) }
      : { kind: 'broken', message: timedOut ? name : `the connection failed: ${name}` };
  }
}

/** Whether a header can hold this key: visible ASCII characters only. */
function isHeaderValue(key: string): boolean {
  return /^[\x21-\x7e]+$/.test(key);
}

/** Names the setting at fault, never its value. */
function toUnsendable({ apiKey }: ExchangeOptions): Exchange {
  const message = isHeaderValue(apiKey)
    ? 'no request can be sent to the URL of RunPod: correct RUNPOD_ENDPOINT_BASE_URL, whose URL or port is not allowed, and restart'
    : 'no request can be sent with the API key of RunPod: copy MODEL_TRAINING_RUNPOD_API_KEY again without quotation marks and invisible characters, and restart';
  return { kind: 'unsendable', scope: 'account', message };
}

function toUnsentMessage(fault: string): string {
  return fault === 'SUBMIT_WINDOW_PASSED'
    ? 'the submit window passed before the request was sent'
    : `RunPod cannot be reached: ${fault}`;
}

function toAnswer(response: Response, text: string): Answer {
  const waitMs = parseRetryAfterMs(response.headers, Date.now());
  const json = parseJson(text);
  return {
    httpStatus: response.status,
    ...(json === undefined ? {} : { json }),
    ...(waitMs === undefined ? {} : { retryAfterMs: waitMs }),
  };
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return undefined;
  }
}

const LONGEST_MS = 3_600_000;

/**
 * Parses the delay that a 429 or 503 requests, in ms, at most 1 h: `Retry-After` in seconds or as a date, otherwise the
 * reset of a `RateLimit` header in either of its forms. Undefined without such a header.
 */
export function parseRetryAfterMs(headers: Pick<Headers, 'get'>, nowMs: number): number | undefined {
  const header = headers.get('retry-after');
  const waitMs = header === null ? parseRateLimitResetMs(headers) : parseDelayMs(header.trim(), nowMs);
  return waitMs === undefined ? undefined : Math.min(Math.max(waitMs, 0), LONGEST_MS);
}

function parseDelayMs(header: string, nowMs: number): number | undefined {
  if (/^\d+(\.\d+)?$/.test(header)) return Math.ceil(Number(header) * 1_000);
  const at = Date.parse(header);
  return Number.isNaN(at) ? undefined : at - nowMs;
}

function parseRateLimitResetMs(headers: Pick<Headers, 'get'>): number | undefined {
  const reset =
    headers.get('ratelimit-reset') ?? /\b(?:t|reset)=(\d+)/.exec(headers.get('ratelimit') ?? '')?.[1];
  return reset && /^\d+$/.test(reset) ? Number(reset) * 1_000 : undefined;
}
