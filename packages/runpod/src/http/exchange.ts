import { fetch, type Response } from 'undici';
import { nameOfFault, provesNothingSent } from './faults.ts';
import { oneSending } from './last-look.ts';
import { retryAfterMs } from './retry-after.ts';

/** One call: what is sent where. */
export interface Call {
  readonly method: 'GET' | 'POST';
  readonly url: string;
  readonly body?: string;
  /** Asked once the connection stands open; when it says no, nothing is sent. */
  readonly mayGoOut?: () => boolean;
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
  const sending = oneSending(call.mayGoOut ?? (() => true));
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
      dispatcher: sending.dispatcher,
    });
    return { kind: 'answer', answer: answered(response, await response.text()) };
  } catch (fault) {
    const name = nameOfFault(fault);
    if (!sending.wentOut() && provesNothingSent(fault)) return { kind: 'unreachable', message: unsent(name) };
    const timedOut = fault instanceof Error && fault.name === 'TimeoutError';
    return {
      kind: 'broken',
      message: timedOut ? `no answer within ${options.timeoutMs} ms` : `the connection broke: ${name}`,
    };
  }
}

function unsent(fault: string): string {
  return fault === 'HELD_UP'
    ? 'the call was held up on its way and did not go out'
    : `RunPod cannot be reached: ${fault}`;
}

function answered(response: Response, text: string): Answer {
  const waitMs = retryAfterMs(response.headers, Date.now());
  const json = parsed(text);
  return {
    httpStatus: response.status,
    ...(json === undefined ? {} : { json }),
    ...(waitMs === undefined ? {} : { retryAfterMs: waitMs }),
  };
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return undefined;
  }
}
