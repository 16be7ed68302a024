import { fetch, type Response } from 'undici';
import { getFaultName, provesNothingSent } from './faults.ts';
import { parseRetryAfterMs } from './retry-after.ts';
import { createSingleSend } from './single-send.ts';

/** One call: what is sent where. */
export interface Call {
  readonly method: 'GET' | 'POST';
  readonly url: string;
  readonly body?: string;
  /** Asked once the connection stands open; when it says no, nothing is sent. */
  readonly canSend?: () => boolean;
}

/** What came of a call. `json` is absent when the body is no JSON (RunPod's gateway answers in HTML). */
export type Exchange =
  | { readonly kind: 'answer'; readonly answer: Answer }
  /** Nothing was sent. */
  | { readonly kind: 'unreachable'; readonly message: string }
  /** Sent in whole or in part, and no complete answer came back. */
  | { readonly kind: 'broken'; readonly message: string };

export interface Answer {
  readonly httpStatus: number;
  readonly json?: unknown;
  readonly retryAfterMs?: number;
}

export interface ExchangeOptions {
  readonly apiKey: string;
  readonly timeoutMs: number;
}

/**
 * Sends once and says what came of it; never throws, never repeats. Every call has a connection of its own: on a kept
 * one that the other side has just closed, a submission would end unclear. Redirects are not followed, so that neither
 * the key nor a second submission goes anywhere else.
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
    const name = getFaultName(fault);
    if (!singleSend.wasSent() && provesNothingSent(fault))
      return { kind: 'unreachable', message: toUnsentMessage(name) };
    const timedOut = fault instanceof Error && fault.name === 'TimeoutError';
    return {
      kind: 'broken',
      message: timedOut ? `no answer within ${options.timeoutMs} ms` : `the connection broke: ${name}`,
    };
  }
}

function toUnsentMessage(fault: string): string {
  return fault === 'SUBMIT_WINDOW_PASSED'
    ? 'the call was held up on its way and did not go out'
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
